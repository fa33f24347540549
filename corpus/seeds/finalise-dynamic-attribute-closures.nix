# Values of dynamic attributes capture what is around them, of rec sets too.
let
  mk = n: rec { ${n} = x: x + base; base = 1; "${n}2" = base + late; };
  late = 5;
in
[ ((mk "f").f 1) (mk "g").g2 ]
