# The last of equal keys wins.
builtins.fromJSON ''{"a": 1, "a": 2}''
