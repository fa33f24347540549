# elemAt before the start.
builtins.elemAt [ 1 2 ] (-1)
