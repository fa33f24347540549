# sort compares in a sequence of its own, which belongs to what is seen.
builtins.sort (a: b: builtins.trace "${toString a}<${toString b}" (a < b)) [ 5 3 8 1 9 2 7 3 ]
