# The trace of a failure deep inside a result.
{ a.b = [ 1 { c.d = 1 + "x"; } ]; }
