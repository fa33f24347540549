# `+` begins at zero, so two negative zeros make a positive one; `builtins.add` and all other operators keep the sign.
let
  zero = builtins.mul (-1) 0.0;
in
[
  zero
  (zero + zero)
  (zero + 0)
  (0 + zero)
  (zero + zero + zero)
  (builtins.add zero zero)
  (zero - 0)
  (builtins.sub zero 0.0)
  (zero * 1)
  (zero / 1)
]
