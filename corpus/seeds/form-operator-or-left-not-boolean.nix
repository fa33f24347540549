# The left operand of `||` must be a boolean.
null || true
