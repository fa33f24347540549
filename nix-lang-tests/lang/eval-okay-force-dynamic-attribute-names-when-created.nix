# The names of dynamic attributes are evaluated when the set is created, in order; the values are not.
let
  t = builtins.trace;
in
builtins.attrNames { ${t "name 1" "z"} = throw "never"; ${t "name 2" "a"} = throw "never"; b = throw "never"; }
