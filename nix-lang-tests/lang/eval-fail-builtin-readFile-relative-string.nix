# readFile needs an absolute path.
builtins.readFile "data-lines.txt"
