# The XML of a result: strict, without locations.
{ a = 1; b = [ "x<y" true null 1.5 ]; c = { "d e" = { }; }; f = { x, y ? 1, ... }@z: x; g = x: x; p = /a; m = map; pa = map (x: x); }
