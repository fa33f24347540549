# toString of every kind of value.
map toString [ 1 (-1) 1.5 2.0 true false null "s" /p [ ] [ 1 "a" [ 2 [ ] 3 ] null true ] { outPath = "o"; } { __toString = s: "t${s.x}"; x = "x"; } ]
