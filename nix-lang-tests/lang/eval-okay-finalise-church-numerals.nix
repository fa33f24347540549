# Functions all the way: numerals as iterated application.
let
  zero = f: x: x;
  succ = n: f: x: f (n f x);
  plus = m: n: f: x: m f (n f x);
  times = m: n: f: m (n f);
  two = succ (succ zero);
  three = succ two;
in
(times three (plus two three)) (x: x + 1) 0
