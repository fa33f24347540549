# A single ampersand is no operator.
true & false
