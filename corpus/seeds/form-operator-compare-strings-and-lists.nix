# Comparison of strings goes by bytes, of lists element by element.
[ ("a" < "b") ("a" < "B") ("" < "a") ("ab" < "abc") ("é" > "z") ([ ] < [ 1 ]) ([ 1 2 ] < [ 1 3 ]) ([ 1 ] < [ 1 0 ]) ([ [ 1 ] "a" ] < [ [ 1 ] "b" ]) ([ 2 ] >= [ 1 9 ]) ([ ] <= [ ]) ]
