snix --no-warnings --strict --expr=let a = { b = 1; }; in [ a a ]
