# foldl' gives its function a new object for each step, so that equal sets and lists that went through two folds are
# compared by what is in them.
let
  set = { a = builtins.trace "compared" 1; };
  list = [ (throw "compared") ];
  fold = kept: builtins.foldl' (acc: x: if x == 1 then kept else [ acc ]) null [ 1 2 ];
in
[
  (fold set == fold set)
  (builtins.tryEval (fold list == fold list))
  (builtins.tryEval (fold list == [ list ]))
  (let once = fold list; in once == once)
]
