# Mutual recursion in continuation style: every lambda captures the one before it.
let
  sum = n: k: if n == 0 then k 0 else step (n - 1) (r: k (r + n));
  step = n: k: sum n k;
in
sum 10 (r: r)
