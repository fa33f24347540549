# Attributes with computed names come after the others.
n: { a = 1; ${n} = 2; "x${n}" = y: y; }
