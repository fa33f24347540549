# A formal is a name, not a string.
{ "a" }: 1
