# The names that the evaluator itself looks for, in the order in which it made their symbols.
builtins.mapAttrs (name: value: builtins.trace name value) {
  zulu = 1; wrong = 1; value = 1; type = 1; system = 1; startSet = 1; self = 1; right = 1; prefix = 1; path = 1;
  outputs = 1; outputSpecified = 1; outputName = 1; outputHash = 1; outputHashMode = 1; outputHashAlgo = 1; outPath = 1;
  operator = 1; name = 1; meta = 1; line = 1; key = 1; file = 1; drvPath = 1; description = 1; column = 1; builder = 1;
  args = 1; allowedReferences = 1; __toString = 1; __structuredAttrs = 1; __overrides = 1; __json = 1; __impure = 1;
  __ignoreNulls = 1; __functor = 1; __contentAddressed = 1; recurseForDerivations = 1; alpha = 1;
}
