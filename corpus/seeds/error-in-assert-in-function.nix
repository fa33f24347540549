# The trace of an assertion in a function's body.
let
  check = { min, max, value }: assert value >= min && value <= max; value;
in
check { min = 1; max = 5; value = 9; }
