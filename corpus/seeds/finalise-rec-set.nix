# In a rec set every binding captures earlier and later siblings.
rec {
  a = b + 1;
  b = c + 1;
  c = 1;
  d = a + b + c;
}
