# The name is a string.
builtins.exec [ 1 ]
