# `acc ++ [ … ]`, with every list on the way kept alive.
{ n }:
let
  lists = builtins.foldl' (acc: i: {
    list = acc.list ++ [ i ];
    before = acc;
  }) { list = [ ]; before = null; } (builtins.genList (i: i) n);
in
builtins.length lists.list
