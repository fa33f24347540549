# readFileType takes strings and sets with outPath, too.
map builtins.readFileType [ (toString ./dir1) { outPath = ./data-lines.txt; } ]
