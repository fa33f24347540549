# Paths of fixed outputs: every mode, and hashes in every notation.
let
  make = more: derivationStrict ({ name = "x"; system = "s"; builder = "b"; } // more);
in
map make [
  { outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; }
  { outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; outputHashMode = "flat"; outputHashAlgo = ""; }
  { outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; outputHashMode = "recursive"; }
  { outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; outputHashMode = "nar"; outputHashAlgo = "sha256"; }
  { outputHash = "da39a3ee5e6b4b0d3255bfef95601890afd80709"; outputHashAlgo = "sha1"; }
  { outputHash = "143xibwh31h9bvxzalr0sjvbbvpa6ffs"; outputHashAlgo = "sha1"; outputHashMode = "recursive"; }
  { outputHash = "md5:d41d8cd98f00b204e9800998ecf8427e"; }
  { outputHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; outputHashAlgo = "sha256"; }
  { outputHash = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="; outputHashMode = "recursive"; __contentAddressed = false; }
]
