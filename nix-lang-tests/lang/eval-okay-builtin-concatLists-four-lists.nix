# concatLists of four lists, some of them empty.
[
  (builtins.concatLists [ [ 1 ] [ 2 ] [ 3 ] [ 4 ] ])
  (builtins.concatLists [ [ ] [ 1 ] [ ] [ 2 ] [ ] ])
]
