# split: the pieces between matches and the groups of each match.
[ (builtins.split "b" "abc") (builtins.split "(b)" "abcbd") (builtins.split "x" "abc") (builtins.split "," ",a,,b,") (builtins.split "(a)|(c)" "abc") (builtins.split "" "ab") (builtins.split "([[:upper:]]+)" " FOO ") ]
