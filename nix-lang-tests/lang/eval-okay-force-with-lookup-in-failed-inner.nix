# A variable that the inner namespace has does not evaluate the outer one, even if that would fail.
with throw "outer namespace";
with { a = 1; };
a
