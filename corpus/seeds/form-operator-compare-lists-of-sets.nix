# Lists compare by their first unequal elements, which must be comparable.
[ 1 { } { a = 1; } ] < [ 1 { } { a = 2; } ]
