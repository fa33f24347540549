# intersectAttrs and removeAttrs force no value.
let
  t = builtins.trace;
in
[
  (builtins.attrNames (builtins.intersectAttrs (t "left" { a = throw "never"; b = 1; }) (t "right" { a = throw "never"; })))
  (builtins.attrNames (builtins.removeAttrs (t "set" { a = throw "never"; b = throw "never"; }) (t "names" [ (t "name" "a") ])))
]
