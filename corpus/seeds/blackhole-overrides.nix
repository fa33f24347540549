# __overrides that depends on an attribute of the same set.
rec {
  a = 1;
  __overrides = { a = a + 1; };
}.a
