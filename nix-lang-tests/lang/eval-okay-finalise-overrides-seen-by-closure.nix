# __overrides replaces what closures of the same rec set captured.
rec {
  f = x: x + n;
  n = 1;
  __overrides = { n = 10; };
  r = f 1;
}.r
