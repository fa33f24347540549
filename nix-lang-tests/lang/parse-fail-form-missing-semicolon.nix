# A binding without a semicolon.
{ a = 1 b = 2; }
