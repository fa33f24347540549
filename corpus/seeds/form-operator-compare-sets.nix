# Sets do not compare.
{ a = 1; } < { a = 2; }
