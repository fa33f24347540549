# The folder of the store is there.
[ (builtins.pathExists builtins.storeDir) (builtins.readFileType builtins.storeDir) ]
