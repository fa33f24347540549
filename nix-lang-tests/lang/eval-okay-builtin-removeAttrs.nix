# removeAttrs ignores names that are not there and names given twice.
[ (removeAttrs { a = 1; b = 2; c = 3; } [ "a" "z" "a" ]) (removeAttrs { } [ "a" ]) (removeAttrs { a = 1; } [ ]) ]
