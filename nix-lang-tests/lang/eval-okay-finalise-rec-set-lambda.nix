# A lambda in a rec set captures a later sibling and is called by an earlier one.
rec {
  value = twice 4;
  twice = x: x * factor;
  factor = 2;
}.value
