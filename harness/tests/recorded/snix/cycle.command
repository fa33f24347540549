snix --no-warnings --strict --expr=let a = { b = a; }; in a
