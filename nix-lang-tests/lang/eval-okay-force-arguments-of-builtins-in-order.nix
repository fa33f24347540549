# Builtins of two arguments evaluate them in an order of their own.
let
  t = builtins.trace;
in
[
  (builtins.elemAt (t "elemAt list" [ 1 ]) (t "elemAt index" 0))
  (builtins.getAttr (t "getAttr name" "a") (t "getAttr set" { a = 1; }))
  (builtins.hasAttr (t "hasAttr name" "a") (t "hasAttr set" { a = 1; }))
  (builtins.catAttrs (t "catAttrs name" "a") (t "catAttrs list" [ ]))
  (builtins.compareVersions (t "compare left" "1") (t "compare right" "2"))
  (builtins.genList (t "genList function" (x: x)) (t "genList length" 0))
  (map (t "map function" (x: x)) (t "map list" [ 1 ]))
  (builtins.filter (t "filter function" (x: true)) (t "filter list" [ 1 ]))
  (builtins.sort (t "sort function" (a: b: true)) (t "sort list" [ 1 2 ]))
  (builtins.all (t "all function" (x: true)) (t "all list" [ 1 ]))
  (builtins.concatMap (t "concatMap function" (x: [ x ])) (t "concatMap list" [ 1 ]))
  (builtins.mapAttrs (t "mapAttrs function" (n: v: v)) (t "mapAttrs set" { a = 1; }))
  (builtins.hashString (t "hashString algorithm" "md5") (t "hashString text" ""))
  (builtins.bitAnd (t "bitAnd left" 1) (t "bitAnd right" 1))
  (builtins.foldl' (t "foldl function" (a: b: a)) (t "foldl start" 0) (t "foldl list" [ 1 ]))
]
