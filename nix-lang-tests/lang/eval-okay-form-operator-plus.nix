# `+` on numbers, strings, paths and coercible sets.
[ (1 + 2) (1 + 2.5) ("a" + "b") (/a + "b") ({ outPath = "o"; } + "p") ({ __toString = s: "t"; } + "p") ]
