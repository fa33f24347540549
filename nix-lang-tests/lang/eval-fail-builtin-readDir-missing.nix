# readDir of a folder that is not there.
builtins.readDir ./no-such-folder
