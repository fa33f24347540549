# catAttrs keeps the order of the list and skips sets without the attribute.
builtins.catAttrs "a" [ { a = 1; } { b = 0; } { a = 2; } { } { a = null; } ]
