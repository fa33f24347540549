# A functor's set.
let s = { __functor = self: x: self; a = 1 + 1; }; in s 1
