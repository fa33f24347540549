# readFileType of what is not there.
builtins.readFileType ./no-such-file
