# What prints an overridden attribute while it is evaluated sees that it is, through the variable too.
rec {
  a = 0;
  c = a;
  __overrides = {
    a = builtins.trace { b = a; inherit c; } 0;
  };
}
