# readDir of a file.
builtins.readDir ./data-lines.txt
