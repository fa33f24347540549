# One expression a file.
{ a = 1; }; { b = 2; }
