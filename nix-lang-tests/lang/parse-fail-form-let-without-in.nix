# A let without its in.
let a = 1;
