# A store may be elsewhere.
[ builtins.storeDir "${./store-folder}" ]
