# toFile gives the path that the text will have.
[ (builtins.toFile "name" "text") (builtins.toFile "empty" "") (builtins.toFile "ref" (builtins.toFile "name" "text")) ]
