# Paths of derivations that need others: several outputs, fixed ones, sources, chains.
let
  make = more: derivationStrict ({ name = "x"; system = "s"; builder = "b"; } // more);
in
map make [
  { d = derivation { name = "d"; system = "s"; builder = "b"; }; }
  (let d = derivation { name = "d"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }; in { args = [ d.dev d ]; builder = "${d.out}/b"; })
  { d = derivation { name = "d"; system = "s"; builder = "b"; outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; }; }
  { s = ./dir1; t = builtins.toFile "t" "t"; }
  (builtins.foldl' (d: n: { d = derivation ({ name = n; system = "s"; builder = "b"; } // d); }) { } [ "p" "q" "r" ])
  { d = builtins.unsafeDiscardOutputDependency (derivation { name = "d"; system = "s"; builder = "b"; }).drvPath; }
]
