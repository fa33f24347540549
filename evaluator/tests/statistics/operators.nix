# Arithmetic and order are calls of builtins, also between literals; addition and equality are not.
let
  n = 3;
in
[ (1 - 2) (-n) (n * 2) (n / 2) (n < 2) (n > 2) (n <= 2) (n >= 2) (n + 2) (n == 2) (n != 2) (n - 1 - 1) ]
