# An expression that must wait, and one that need not.
let a = 1 + 2; b = a; c = "s"; in [ a b c ]
