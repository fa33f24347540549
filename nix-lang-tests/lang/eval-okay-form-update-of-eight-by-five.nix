# The right side of // counts, also where both sides are large.
{ a = 1; b = 1; c = 1; d = 1; e = 1; f = 1; g = 1; h = 1; } // { a = 2; b = 2; c = 2; d = 2; e = 2; }
