# Rounded to a float the largest integer is too large. Through `map` for the sake of the indentation, see `ceil`.
map builtins.floor [ 9223372036854775807 ]
