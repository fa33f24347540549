# Literals as the parser prints them.
[ 1 1.5 "a\nb${"c"}" ''x'' x:y /abs ./rel <search> { } [ ] (x: x) ({ a, b ? 1, ... }@c: a) ({ ... }: 1) ({ }: 1) ]
