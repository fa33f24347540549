# A with in a rec set over an attribute of the same set.
rec {
  lib = { inc = x: x + step; };
  step = 2;
  result = with lib; inc (inc base);
  base = 10;
}.result
