# concatLists of nothing, of empty lists, of one list.
map builtins.concatLists [ [ ] [ [ ] [ ] ] [ [ 1 [ 2 ] ] ] [ [ 1 ] [ ] [ 2 3 ] ] ]
