builtins.length (builtins.break [ 1 ])
