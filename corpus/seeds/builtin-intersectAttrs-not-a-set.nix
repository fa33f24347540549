# intersectAttrs needs sets.
builtins.intersectAttrs { } [ ]
