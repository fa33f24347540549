# A string in the program is no symbol; a quoted attribute name is one.
let
  t = builtins.trace;
  strings = [ "late" ];
  names = { "early" = 0; };
in
{
  other = t "other" 1;
  ${"la" + "te"} = t "late" 2;
  ${"ear" + "ly"} = t "early" 3;
}
