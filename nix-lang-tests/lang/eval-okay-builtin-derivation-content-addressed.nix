# A content-addressed derivation: its outputs are placeholders.
let
  d = derivation { name = "x"; system = "s"; builder = "b"; __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; outputs = [ "out" "dev" ]; };
in
[ d.drvPath d.outPath d.dev.outPath (derivation { name = "y"; system = "s"; builder = "b"; dep = d; }).outPath ]
