# The name must be a string.
builtins.catAttrs 1 [ { a = 1; } ]
