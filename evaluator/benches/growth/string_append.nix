# A string that grows at its end.
{ n }:
builtins.stringLength (builtins.foldl' (acc: i: acc + "x") "" (builtins.genList (i: i) n))
