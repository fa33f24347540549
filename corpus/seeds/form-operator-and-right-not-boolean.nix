# The right operand of `&&` must be a boolean.
true && 1
