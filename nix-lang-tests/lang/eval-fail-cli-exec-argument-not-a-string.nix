# Each argument is a string.
builtins.exec [ "echo" null ]
