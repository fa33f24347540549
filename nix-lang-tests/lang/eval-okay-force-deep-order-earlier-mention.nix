# A name that was mentioned earlier, anywhere, comes first in strict evaluation.
let
  t = builtins.trace;
  mention = { second = 0; first = 0; };
in
{
  first = t "first" 1;
  third = t "third" 3;
  second = t "second" 2;
}
