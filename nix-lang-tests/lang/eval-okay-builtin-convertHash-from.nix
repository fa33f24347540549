# convertHash recognises the format of what it is given.
let
  sri = builtins.convertHash { hash = builtins.hashString "sha1" "text"; hashAlgo = "sha1"; toHashFormat = "sri"; };
in
map (hash: builtins.convertHash { hash = hash; hashAlgo = "sha1"; toHashFormat = "base16"; }) [ sri "l09hzzr3qqzjnbaq7llhb8gdmpa8d5q1" "372ea08cab33e71c02c651dbc83a474d32c676ea" ]
