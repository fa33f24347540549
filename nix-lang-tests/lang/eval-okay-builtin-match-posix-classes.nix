# Every POSIX character class.
map (class: builtins.concatStringsSep "" (builtins.filter builtins.isString (builtins.split "[^[:${class}:]]+" "aZ5 \t_-!\né"))) [ "alpha" "digit" "alnum" "upper" "lower" "space" "blank" "punct" "cntrl" "xdigit" "print" "graph" ]
