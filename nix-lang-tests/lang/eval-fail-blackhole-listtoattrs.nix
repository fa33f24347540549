# listToAttrs with a name that is taken from its own result.
let
  s = builtins.listToAttrs [ { name = builtins.head (builtins.attrNames s); value = 1; } ];
in
s
