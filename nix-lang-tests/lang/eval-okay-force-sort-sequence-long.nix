# sort on twenty elements.
builtins.sort (a: b: builtins.trace "${toString a}<${toString b}" (a < b))
  [ 13 7 20 1 18 5 11 16 2 9 14 3 19 8 12 6 17 4 15 10 ]
