# hashString of the empty string, and of bytes beyond ASCII; its context is dropped.
[ (builtins.hashString "sha256" "") (builtins.hashString "md5" "é") (builtins.hasContext (builtins.hashString "md5" (derivation { name = "x"; system = "s"; builder = "b"; }).outPath)) ]
