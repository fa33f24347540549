# The same grouping, as the parser prints it.
[ (a: b: c: d: a + b * c - d / a) (a: b: a || b && !a -> b -> a) (a: b: a // b // a) (a: b: a ++ b ++ a) (a: b: -a - -b) (a: b: c: a b c) (a: a.b.c or a.d or 1) (a: a ? b.c && !a ? b) (a: b: a == b || a != b) (a: b: c: a < b == (b >= c)) (a: b: a > b) (a: b: a <= b) ]
