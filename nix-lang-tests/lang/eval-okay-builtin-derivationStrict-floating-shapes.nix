# Paths of derivations whose outputs are addressed by content or impure, and of what needs them.
let
  make = more: derivationStrict ({ name = "x"; system = "s"; builder = "b"; } // more);
in
map make [
  { __contentAddressed = true; }
  { __contentAddressed = true; outputs = [ "out" "dev" ]; outputHashAlgo = "sha1"; outputHashMode = "flat"; }
  { __impure = true; }
  { d = derivation { name = "d"; system = "s"; builder = "b"; __contentAddressed = true; }; }
  { d = derivation { name = "d"; system = "s"; builder = "b"; __impure = true; }; }
  { name = "x.drv"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; }
]
