# After an expression that is no selection, `or` is an identifier.
a: (a) or 1
