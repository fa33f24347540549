# `or` after an application is an argument of its last argument, of which the parser warns.
f: a: let or = 1; in [ (f a or) f or ]
