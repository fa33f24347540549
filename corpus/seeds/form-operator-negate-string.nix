# Negation needs a number.
-"a"
