# convertHash between all formats.
let
  hash = builtins.hashString "sha256" "text";
  to = format: builtins.convertHash { inherit hash; hashAlgo = "sha256"; toHashFormat = format; };
in
map to [ "base16" "nix32" "base64" "sri" ]
