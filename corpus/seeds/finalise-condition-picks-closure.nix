# Which of two closures is bound depends on a later sibling.
let
  f = if flag then (x: x + one) else (x: x - one);
  flag = one == 1;
  one = 1;
in
f 10
