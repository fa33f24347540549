# true, false and comparisons are booleans.
map builtins.isBool [ true false (1 < 2) (!true) null 0 "true" ]
