# abort does nothing until it is forced.
[ (builtins.length [ (abort "never") ]) (builtins.isFunction abort) (if true then 1 else abort "never") ]
