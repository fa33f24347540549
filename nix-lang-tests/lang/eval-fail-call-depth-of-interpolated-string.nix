# An interpolated string is coerced a level deeper than its text, also where it is a string already.
let f = n: if n == 0 then 0 else f "a${n}"; in f "5"
