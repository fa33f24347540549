# Selection by names, strings, interpolations and keywords-as-names.
let
  s = { a.b = 1; "x y" = 2; or = 3; k.${"l"}.m = 4; };
  n = "a";
in
[ s.a.b s."x y" s.or s.k.l.m s.${n}.b s."${n}".b ((s)).a.b { z = 5; }.z ]
