# A closure that refers to itself is finalised inside a thunk.
let f = x: if x then f false else 0; in f true
