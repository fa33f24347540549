# storeDir and langVersion.
[ builtins.storeDir builtins.langVersion (builtins.isString builtins.nixVersion) ]
