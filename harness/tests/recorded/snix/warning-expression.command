snix --no-warnings --expr=let a = 1; in let b = a; in 2
