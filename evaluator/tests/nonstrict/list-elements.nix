# Elements of lists.
[ 1 (1 + 1) [ ] [ 1 ] { } (x: x) builtins.map map true ({ }) ]
