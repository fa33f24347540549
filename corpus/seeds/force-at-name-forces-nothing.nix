# Binding an @-name and formals forces the set only.
let
  f = { a ? 1, ... }@args: builtins.trace "body" (builtins.attrNames args);
in
f (builtins.trace "set" { b = throw "never"; })
