# A lambda behind a pattern is a chunk of its own.
let f = { a }: b: a + b; in f { a = 1; } 2
