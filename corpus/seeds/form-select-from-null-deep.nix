# Selection from null in the middle of a path.
{ a.b = null; }.a.b.c
