# Comparing evaluates what it compares.
let a = [ (1 + 1) (2 + 2) ]; b = [ (1 + 1) (5 + 5) (3 + 3) ]; c = [ (1 + 1) (9 + 9) ]; in builtins.seq (a == b) (builtins.seq (a == c) [ a b c ] ++ a ++ b ++ c)
