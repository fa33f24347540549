# An equality assertion names the attribute inside a set that differs.
assert { a.b = [ 1 2 { c = "x"; } ]; } == { a.b = [ 1 2 { c = "y"; } ]; };
1
