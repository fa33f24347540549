# Numbers in a fixed disorder, put in order.
{ n }:
builtins.elemAt (builtins.sort builtins.lessThan (builtins.genList (i: builtins.bitAnd (i * 2654435761) 1048575) n)) 0 >= 0
