# Most builtins are no globals.
head [ 1 ]
