# hasContext does not take a path.
builtins.hasContext /a
