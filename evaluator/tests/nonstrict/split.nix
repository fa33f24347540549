# split gives lists of evaluated strings.
builtins.split "(a)b" "xaby"
