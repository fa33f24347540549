# derivationStrict gives drvPath and one path an output.
builtins.derivationStrict { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "man" ]; }
