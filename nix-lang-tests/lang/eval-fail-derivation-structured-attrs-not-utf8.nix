# The error is a library's: it has no trace.
(derivation {
  name = "n";
  system = "s";
  builder = "b";
  __structuredAttrs = true;
  half = builtins.substring 0 1 "é";
}).drvPath
