# A closure that captures nothing, and one that captures a finished variable: no cell.
let a = 1; f = x: x; in (y: a) f
