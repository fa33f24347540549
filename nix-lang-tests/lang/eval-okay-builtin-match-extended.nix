# match: alternation, repetition counts, classes, escapes, anchors.
[ (builtins.match "(a|ab)(c|bcd)(d*)" "abcd") (builtins.match "x{2,3}" "xxx") (builtins.match "[^a-c]+" "xyz") (builtins.match "a\\.b" "a.b") (builtins.match "^a$" "a") (builtins.match "[]a]+" "]a") (builtins.match "(x(y(z)))" "xyz") (builtins.match "a.c" "a\nc") ]
