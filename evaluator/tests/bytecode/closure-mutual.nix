# Two closures: the first to be built captures the second, which is not there yet.
let even = n: n == 0 || odd (n - 1); odd = n: n != 0 && even (n - 1); in even 4
