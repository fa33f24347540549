# What `__overrides` holds of itself is one slot with it, and is forced once.
rec {
  __overrides = {
    a = __overrides;
    b = throw "once";
  };
}
