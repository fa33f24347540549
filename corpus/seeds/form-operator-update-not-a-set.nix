# `//` needs sets.
{ a = 1; } // [ ]
