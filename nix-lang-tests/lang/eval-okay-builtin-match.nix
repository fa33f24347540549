# match: the whole string must match; groups that take no part are null.
[ (builtins.match "a+" "aaa") (builtins.match "a" "ab") (builtins.match "(a)(b)?(c)" "ac") (builtins.match "([[:alpha:]]+)-([0-9.]+)" "hello-1.2") (builtins.match "" "") (builtins.match ".*" "") (builtins.match "(.*)(b*)" "abb") ]
