# A variable found through with is delayed.
with { a = 1; }; [ a { inherit a; } ]
