# the feature is asked for once the kind of reference is known
let
  checked = builtins.tryEval (builtins.flakeRefToString (throw "before the feature"));
in
assert checked == { success = false; value = false; };
builtins.flakeRefToString { type = "path"; path = "/a"; }
