# hashString works on bytes.
map (builtins.hashString "sha256") [ "ÿ" "Ã¿" ]
