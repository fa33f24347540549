# The elements that catAttrs looks at must be sets.
builtins.catAttrs "a" [ { a = 1; } 2 ]
