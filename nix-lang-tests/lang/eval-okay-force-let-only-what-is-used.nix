# Unused bindings of a let are never forced.
let
  t = builtins.trace;
  used = t "used" 1;
  unused = t "unused" (throw "never");
in
used
