# Attribute paths create their symbols as they are read.
let
  t = builtins.trace;
in
{
  p.q.r = t "p.q.r" 1;
  b.a = t "b.a" 2;
  p.a = t "p.a" 3;
  a.q = t "a.q" 4;
}
