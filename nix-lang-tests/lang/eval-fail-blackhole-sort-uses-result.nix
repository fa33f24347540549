# A comparison that looks at the sorted list.
let
  sorted = builtins.sort (a: b: a < builtins.head sorted) [ 2 1 ];
in
sorted
