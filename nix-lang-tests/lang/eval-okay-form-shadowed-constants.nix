# true, false, null and builtins are variables that can be bound anew.
let
  true = "T";
  false = "F";
  null = "N";
  builtins = { x = "B"; };
  map = "M";
in
[ true false null builtins.x map (1 == 1) ]
