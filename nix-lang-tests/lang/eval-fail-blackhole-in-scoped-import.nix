# A scope that needs what is imported with it.
let
  x = builtins.scopedImport { extra = builtins.head x; } ./data-scoped.nix;
in
builtins.head x
