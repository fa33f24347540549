# mul needs numbers.
builtins.mul null 1
