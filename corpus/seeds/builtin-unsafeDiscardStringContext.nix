# unsafeDiscardStringContext keeps the text and drops the context.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; };
in
[ (builtins.getContext (builtins.unsafeDiscardStringContext "${drv}")) (builtins.unsafeDiscardStringContext "plain") (builtins.unsafeDiscardStringContext "${drv}" == "${drv}") ]
