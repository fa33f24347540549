# The names in builtins.
builtins.attrNames builtins
