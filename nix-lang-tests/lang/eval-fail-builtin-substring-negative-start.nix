# substring needs a start that is not negative.
builtins.substring (-1) 2 "abc"
