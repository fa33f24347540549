# bitAnd, bitOr and bitXor on positive and negative integers.
[ (builtins.bitAnd 12 10) (builtins.bitAnd (-1) 255) (builtins.bitOr 12 3) (builtins.bitOr (-8) 1) (builtins.bitXor 12 10) (builtins.bitXor (-1) 0) ]
