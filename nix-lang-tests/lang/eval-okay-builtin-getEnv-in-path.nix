# getEnv of HOME, which the tilde uses, too.
[ (builtins.getEnv "HOME") ~/x ]
