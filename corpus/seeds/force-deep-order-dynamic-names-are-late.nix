# A name made at run time becomes a symbol only then, unless the program has it already.
let
  t = builtins.trace;
in
{
  ${"a" + "a"} = t "aa" 1;
  zz = t "zz" 2;
  ${"y" + "y"} = t "yy" 3;
  list = [ "known" ];
  inner.yy = 0;
}
