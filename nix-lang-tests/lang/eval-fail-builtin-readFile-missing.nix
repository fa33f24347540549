# readFile of a file that is not there.
builtins.readFile ./no-such-file.txt
