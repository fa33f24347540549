# break gives its argument.
[ (builtins.break 1) (break "x") ]
