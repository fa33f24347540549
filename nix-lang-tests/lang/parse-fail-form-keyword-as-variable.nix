# A keyword is no variable.
let then = 1; in then
