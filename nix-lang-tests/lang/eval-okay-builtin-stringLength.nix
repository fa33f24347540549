# stringLength counts bytes and coerces.
map builtins.stringLength [ "" "abc" "é" "a\nb" { outPath = "abcd"; } { __toString = s: "ab"; } ]
