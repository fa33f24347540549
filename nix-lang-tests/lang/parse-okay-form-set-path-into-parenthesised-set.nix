# A set in parentheses is still a literal set that a path can go into.
{ a = ({ b = 1; }); a.c = 2; }
