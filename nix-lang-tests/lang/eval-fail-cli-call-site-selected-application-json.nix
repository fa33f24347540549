# A delayed application at the end of a path is called from its function.
builtins.mapAttrs (name: value: throw name) { b = 1; }
