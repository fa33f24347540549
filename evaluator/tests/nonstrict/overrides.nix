# __overrides gives every attribute a thunk, but for inherited ones.
let x = 1; in rec { __overrides = { b = 2; }; a = 1; b = 3; inherit x; }
