# The operands of `->` must be booleans.
true -> "x"
