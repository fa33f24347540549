# Links in the store are followed.
builtins.readFile "${./store-folder}/link"
