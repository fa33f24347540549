# The name of a dynamic attribute in rec may depend on a static attribute of the same set.
rec {
  key = "k" + suffix;
  ${key} = key;
  suffix = "1";
}
