# A file that was not copied does not exist.
builtins.readFile "${./store-folder}/nope"
