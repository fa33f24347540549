# substring: past the end, of no length, of any length, in the middle of a character.
[ (builtins.substring 1 2 "abcd") (builtins.substring 2 100 "abcd") (builtins.substring 10 1 "abcd") (builtins.substring 0 0 "abcd") (builtins.substring 1 (-1) "abcd") (builtins.substring 0 4 "") (builtins.substring 4 1 "abcd") (builtins.stringLength (builtins.substring 0 1 "é")) ]
