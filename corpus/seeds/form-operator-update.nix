# `//` is shallow and the right side wins.
{ a = 1; b = { c = 1; d = 2; }; } // { b = { c = 3; }; e = 4; } // { a = 5; }
