# any calls what it is given.
builtins.any true [ 1 ]
