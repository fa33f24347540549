# mapAttrs keeps the order of symbols; x is one from the start, since the reference's own prelude has it.
builtins.mapAttrs (n: v: builtins.trace "map ${n}" v) { y = 1; c = 2; x = 3; }
