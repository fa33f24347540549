# A closing brace too many.
{ a = 1; } }
