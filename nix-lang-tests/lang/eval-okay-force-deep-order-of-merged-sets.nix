# A set made by `//` is forced in the order of symbols, too, not of its operands.
let
  t = builtins.trace;
  left = { m = t "m" 1; k = t "k" 2; };
  right = { a = t "a" 3; k = t "k'" 4; z = t "z" 5; };
in
right // left
