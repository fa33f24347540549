# Names in traces are computed as deep in calls as the selection is: here at most eight more calls fit.
let
  f = n: if n == 0 then builtins.trace "deep enough" "b" else f (n - 1);
  set = { a = throw "selected"; };
in
2 * (1 - set.a.${f 4}.${f 5}.${f 6}.${f 7}.${f 8}.${f 9}.${f 10}.${f 11}.${f 12}.${f 13}.${f 14})
