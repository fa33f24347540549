# The line of trace about a selection computes the names of its path once more, and those not reached for the first time.
let
  name = builtins.trace "a name that is a variable" "b";
  set = { a.b = throw "selected"; };
in
set.${builtins.trace "computed twice" "a"}.${name}.${builtins.trace "computed for the trace alone" "c"}
