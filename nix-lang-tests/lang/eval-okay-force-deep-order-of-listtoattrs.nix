# Names that only listToAttrs makes get their symbols in the order of its list.
let
  t = builtins.trace;
in
builtins.listToAttrs (map (name: { inherit name; value = t name 1; }) [ "zz" "yy" "aa" "mm" ])
