# splitVersion between letters and digits, and around unusual characters.
map builtins.splitVersion [ "1a2b" "v1.2" "1_2" "1+2" "1.é" "--" "a..b" ]
