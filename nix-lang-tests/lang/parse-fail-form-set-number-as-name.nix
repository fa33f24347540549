# A number is no attribute name.
{ 1 = 2; }
