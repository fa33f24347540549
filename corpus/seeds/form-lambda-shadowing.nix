# Inner arguments shadow outer ones, formals included.
(x: { y, x ? "default" }: z: (x: [ x y z ]) "innermost") "outer" { y = x: x; } "z"
