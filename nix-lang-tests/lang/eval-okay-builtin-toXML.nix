# toXML of every kind of value.
builtins.toXML { i = 1; f = 1.5; b = true; n = null; s = "<&\"'\n>"; l = [ 1 "a" ]; p = /x; fn = { a, b ? 1, ... }@c: a; g = x: x; e = { }; "a b" = 1; prim = map; }
