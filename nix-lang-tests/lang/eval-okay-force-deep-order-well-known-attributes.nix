# Names that the evaluator itself uses are symbols from the start, too.
let
  t = builtins.trace;
in
{
  mine = t "mine" 0;
  value = t "value" 1;
  name = t "name" 2;
  system = t "system" 3;
  outputs = t "outputs" 5;
  right = t "right" 6;
  wrong = t "wrong" 7;
  body = t "body" 8;
  args = t "args" 9;
  builder = t "builder" 10;
}
