# Paths of derivations with structured attributes, which are hashed as JSON.
let
  make = more: derivationStrict ({ name = "x"; system = "s"; builder = "b"; } // more);
in
map make [
  { __structuredAttrs = true; }
  { __structuredAttrs = true; a = { z = [ 1 2.5 null true "s\n" ]; b = { }; }; }
  { __structuredAttrs = true; outputs = [ "out" "dev" ]; }
  { __structuredAttrs = true; args = [ "x" ]; maxSize = 1; allowedReferences = [ ]; }
  { __structuredAttrs = true; outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; outputHashMode = "recursive"; }
  { __structuredAttrs = true; __ignoreNulls = true; a = null; b = { c = null; }; }
  { __structuredAttrs = true; dep = derivation { name = "d"; system = "s"; builder = "b"; }; }
  { __json = "{\"b\": 1.0, \"a\": [true]}"; }
]
