# Names of builtins are symbols from the start, so they come before new names.
let
  t = builtins.trace;
in
{
  aardvark = t "aardvark" 1;
  trace = t "trace" 2;
  zulu = t "zulu" 3;
  map = t "map" 4;
  abort = t "abort" 5;
  zipAttrsWith = t "zipAttrsWith" 6;
}
