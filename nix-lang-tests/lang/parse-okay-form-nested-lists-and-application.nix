# Applications inside lists need parentheses.
a: b: [ a b (a b) a.b (a.b b) [ a ] { x = a b; } ]
