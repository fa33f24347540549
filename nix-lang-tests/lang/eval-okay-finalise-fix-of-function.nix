# A fixed point that is a function: recursion without a named binding.
let
  fix = f: let x = f x; in x;
in
fix (self: n: if n == 0 then 1 else n * self (n - 1)) 10
