# A call along an attribute path names the function as the call site, place and excerpt.
{ x, ... }: { a = 1; }
