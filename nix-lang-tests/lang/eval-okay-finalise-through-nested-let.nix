# An inner let captures bindings of the outer let that come after it.
let
  outer =
    let
      inner = late + 1;
      f = y: y + inner + late;
    in
    f;
  late = builtins.trace "late" 5;
in
outer 100
