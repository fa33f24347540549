# hashString of texts around the block size of the algorithms.
let
  text = n: builtins.concatStringsSep "" (builtins.genList (i: "x") n);
in
map (n: builtins.hashString "sha256" (text n)) [ 55 56 63 64 65 119 128 ]
