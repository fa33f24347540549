# `or` cannot be the function of an application.
let or = x: x; in or 1
