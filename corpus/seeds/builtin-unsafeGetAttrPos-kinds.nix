# Positions of nested paths, dynamic names, formals' sets and functionArgs.
let
  s = {
    a.b.c = 1;
    ${"d" + "e"} = 2;
    "quoted" = 3;
  };
  line = n: set: let p = builtins.unsafeGetAttrPos n set; in if p == null then null else [ p.line p.column ];
in
[ (line "a" s) (line "b" s.a) (line "c" s.a.b) (line "de" s) (line "quoted" s) (line "x" (builtins.functionArgs ({ x, y }: x))) (line "a" (removeAttrs s [ "de" ])) (line "a" (builtins.intersectAttrs { a = 1; } s)) ]
