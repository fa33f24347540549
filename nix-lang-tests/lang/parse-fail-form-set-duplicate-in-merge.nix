# A merge may not define the same attribute twice.
{ a = { b = 1; }; a.b = 2; }
