# A program must have a name.
builtins.exec [ ]
