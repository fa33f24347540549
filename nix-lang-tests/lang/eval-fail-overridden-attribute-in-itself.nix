# The message shows an overridden attribute that is being evaluated.
rec {
  a = 0;
  __overrides = {
    a = 1 + { b = a; };
  };
}
