# lessThan on null.
builtins.lessThan null null
