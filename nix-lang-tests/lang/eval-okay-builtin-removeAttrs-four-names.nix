# removeAttrs removes each of four names.
builtins.removeAttrs { a = 1; b = 2; c = 3; d = 4; e = 5; } [ "a" "b" "c" "d" ]
