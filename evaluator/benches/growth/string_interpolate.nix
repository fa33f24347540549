# A string that grows by interpolation.
{ n }:
builtins.stringLength (builtins.foldl' (acc: i: "${acc}x") "" (builtins.genList (i: i) n))
