# __overrides in a rec set replaces and adds attributes; without rec it is an ordinary attribute.
[
  (rec { a = b; b = 1; __overrides = { b = 2; c = 3; }; })
  { a = 1; __overrides = { a = 2; }; }
]
