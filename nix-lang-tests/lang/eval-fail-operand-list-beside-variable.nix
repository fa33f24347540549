# The left operand is an integer, whatever the right one is.
rec {
  a = let in 1;
  b = a - [ 0 ];
}
