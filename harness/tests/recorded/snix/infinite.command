snix --no-warnings --expr=let a = a; in a
