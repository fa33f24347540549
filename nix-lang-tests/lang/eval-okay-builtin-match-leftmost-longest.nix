# Alternatives: which one is taken, and what the groups hold then.
[ (builtins.match "(a|ab|abc)(.*)" "abcd") (builtins.match "((a|ab)(c|bcd))(d*)" "abcd") (builtins.match "(a*)*" "aaa") (builtins.match "(a|b)*" "abab") (builtins.match "x*(y?)" "xx") (builtins.split "(ab|a)" "abaab") ]
