# The old let: a recursive set whose attribute `body` is the value.
let { x = 1; body = x + y; y = 2; }
