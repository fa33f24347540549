# match and split evaluate the expression before the subject.
let
  t = builtins.trace;
in
[ (builtins.match (t "regex" "a") (t "subject" "a")) (builtins.split (t "regex 2" ",") (t "subject 2" "a,b")) ]
