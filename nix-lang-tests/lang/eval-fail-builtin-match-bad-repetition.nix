# A repetition of nothing.
builtins.match "*a" "a"
