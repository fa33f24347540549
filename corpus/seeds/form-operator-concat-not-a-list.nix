# `++` needs lists.
[ 1 ] ++ 2
