# deepSeq forces depth first, attributes in the order of their symbols, then gives its second argument.
let
  t = builtins.trace;
in
builtins.deepSeq (t "set" { b = t "b" [ (t "b0" 1) { c = t "c" 2; } ]; a = t "a" 3; }) (t "result" 0)
