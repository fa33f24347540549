# A path cannot go into an attribute that is no literal set.
{ a = 1; a.b = 2; }
