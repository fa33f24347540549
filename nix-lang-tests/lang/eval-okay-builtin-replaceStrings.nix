# replaceStrings: from the left, the first pattern that matches wins, nothing is replaced twice.
[ (builtins.replaceStrings [ "a" "b" ] [ "b" "a" ] "abab") (builtins.replaceStrings [ "ab" "a" ] [ "1" "2" ] "aab") (builtins.replaceStrings [ "a" "ab" ] [ "1" "2" ] "aab") (builtins.replaceStrings [ ] [ ] "x") (builtins.replaceStrings [ "oo" ] [ "" ] "foooo") ]
