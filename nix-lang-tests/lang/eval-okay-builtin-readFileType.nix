# readFileType of a folder and of a file.
map builtins.readFileType [ ./dir1 ./data-lines.txt ]
