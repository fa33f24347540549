# currentSystem and currentTime are a string and an integer.
[ (builtins.isString builtins.currentSystem) (builtins.isInt builtins.currentTime) ]
