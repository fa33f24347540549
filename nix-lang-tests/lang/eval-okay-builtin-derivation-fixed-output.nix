# derivation with a fixed output: its path depends on name and hash only.
let
  fixed = extra: derivation ({ name = "fixed"; system = "s"; builder = "b"; outputHashAlgo = "sha256"; outputHashMode = "flat"; outputHash = builtins.hashString "sha256" "content"; } // extra);
in
[ (fixed { }).outPath (fixed { builder = "c"; }).outPath (fixed { }).drvPath (fixed { outputHashMode = "recursive"; }).outPath (fixed { outputHashAlgo = null; outputHash = "sha256-7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M="; }).outPath ]
