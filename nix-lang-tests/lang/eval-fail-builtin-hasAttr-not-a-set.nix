# hasAttr, unlike `?`, needs a set.
builtins.hasAttr "a" null
