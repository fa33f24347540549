# A path and a literal set of the same name merge, in either order.
{ a = { b = 1; }; a.c = 2; d.e = 3; d = { f = 4; }; g = { h = 1; }; g = { i = 2; }; }
