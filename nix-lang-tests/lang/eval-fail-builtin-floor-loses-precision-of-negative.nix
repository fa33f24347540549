# Also below zero, and far away from the limits. Through `map` for the sake of the indentation, see `ceil`.
map builtins.floor [ (-9223372036854775807) ]
