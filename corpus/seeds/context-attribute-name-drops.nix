# A string with a context is fine in comparison and as a selected name.
let
  d = derivation { name = "d"; system = "s"; builder = "b"; };
  plain = builtins.unsafeDiscardStringContext d.outPath;
in
[ (d.outPath == plain) (d.outPath < plain) ({ ${plain} = 1; } ? ${plain}) (builtins.elem d.outPath [ plain ]) ]
