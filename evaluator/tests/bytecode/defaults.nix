# Defaults that refer to each other, forwards and backwards, and to the whole argument.
{ a ? b, b ? 1, c ? a + b, ... }@args: [ a b c args ]
