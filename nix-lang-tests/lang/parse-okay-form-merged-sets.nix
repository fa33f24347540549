# Sets that the parser merges.
{ a.b = 1; a = { c = 2; d.e = 3; }; a.d.f = 4; "a".g = 5; x = rec { y = 1; }; x.z = 2; }
