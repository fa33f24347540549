# A function that is a thunk when it is called automatically has no place yet.
{ a = { x, ... }: { b = 1; }; }
