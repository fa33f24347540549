# One name bound at every level; each use finds its own.
let x = "let"; in
[
  x
  ((x: [ x (let x = "inner let"; in x) ]) "argument")
  (({ x ? "default" }: x) { })
  (rec { x = "rec"; y = x; }.y)
  (with { x = "with"; }; x)
  (let x' = x; in x')
]
