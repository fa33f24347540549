# Formals, variables and attribute names share one table of symbols.
let
  t = builtins.trace;
  f = { quux, corge }: null;
in
{
  corge = t "corge" 1;
  grault = t "grault" 2;
  quux = t "quux" 3;
}
