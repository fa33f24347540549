# A program that prints nothing.
builtins.exec [ "true" ]
