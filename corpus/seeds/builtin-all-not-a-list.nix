# all needs a list.
builtins.all (x: true) { }
