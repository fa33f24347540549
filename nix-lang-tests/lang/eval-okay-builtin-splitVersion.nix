# splitVersion splits at dots, dashes and between letters and digits.
map builtins.splitVersion [ "1.2.3" "1.0pre1" "a-b.c" "" "1..2" "20.03beta2-x" "." ]
