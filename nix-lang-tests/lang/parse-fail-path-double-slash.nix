# A path with two slashes in a row is none.
[ a//b ]
