# An excerpt at the last line has no line below.
let x = 1; in
x y
