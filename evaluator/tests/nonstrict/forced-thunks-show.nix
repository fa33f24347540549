# A thunk that was forced shows its value wherever it is.
let a = 1 + 1; b = { x = a; y = a + 1; }; in builtins.seq a [ a b b.x b.y ]
