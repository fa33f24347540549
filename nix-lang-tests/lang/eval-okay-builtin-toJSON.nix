# toJSON of every kind of value.
builtins.toJSON { i = 1; f = 1.5; whole = 2.0; big = 1.0e30; t = true; n = null; s = "q\"\\\n\t\\u0001é/"; l = [ 1 [ ] { } ]; d.x.y = 1; "a b" = 2; "" = 3; z.__toString = self: "as string"; o.outPath = "out"; }
