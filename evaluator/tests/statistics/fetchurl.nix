# The file that the evaluator brings calls nothing of its own but `derivation`, whichever hash is given.
let
  fetch = arguments: (import <nix/fetchurl.nix> ({ url = "x://y/z"; } // arguments)).outPath;
in
map fetch [
  { hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; }
  { md5 = "00000000000000000000000000000000"; }
  { sha1 = "0000000000000000000000000000000000000000"; unpack = true; }
  { sha256 = "0000000000000000000000000000000000000000000000000000"; name = "n"; executable = true; }
]
