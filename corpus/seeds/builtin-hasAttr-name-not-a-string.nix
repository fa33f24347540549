# hasAttr needs a string.
builtins.hasAttr 1 { }
