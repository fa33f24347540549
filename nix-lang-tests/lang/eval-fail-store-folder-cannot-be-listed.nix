# A store on a disk does not list what it holds.
builtins.readDir builtins.storeDir
