# What is not UTF-8 is noticed when all attributes have been evaluated.
(derivation {
  name = "n";
  system = "s";
  builder = "b";
  __structuredAttrs = true;
  half = builtins.substring 0 1 "é";
  later = throw "first";
}).drvPath
