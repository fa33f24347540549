# mul and sub on integers and floats.
[ (builtins.mul 6 7) (builtins.mul 2 0.5) (builtins.mul (-1) 9223372036854775807) (builtins.sub 1 2) (builtins.sub 1.5 1) ]
