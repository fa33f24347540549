# Selection forms as the parser prints them.
a: [ a.b.c a.${a}.d (a.b or 1) (a ? b.${a}) (a."q r") (a.b.c or (a a)) ]
