# A variable that the inner namespace lacks evaluates the outer one.
with throw "outer namespace";
with { a = 1; };
b
