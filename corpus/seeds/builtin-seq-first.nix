# seq fails with its first argument.
builtins.seq (abort "first") 1
