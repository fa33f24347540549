# A with does not shadow the names that are always there.
with { true = 1; map = 2; builtins = 3; toString = 4; foo = 5; };
[ true (builtins.typeOf map) (builtins ? map) (toString 1) foo ]
