# A let holds bindings only.
let 1 + 2; in 3
