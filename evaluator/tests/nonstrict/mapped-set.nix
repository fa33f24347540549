# A set of delayed applications.
builtins.mapAttrs (n: v: v) { a = 1; b = x: x; }
