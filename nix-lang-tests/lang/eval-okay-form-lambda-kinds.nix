# Every way to write the argument of a lambda.
[
  ((x: x) 1)
  (({ }: 2) { })
  (({ ... }: 3) { a = 1; })
  (({ a }: a) { a = 4; })
  (({ a, b ? 5 }: b) { a = 4; })
  (({ a, ... }: a) { a = 6; b = 7; })
  (({ a, }: a) { a = 7; })
  (({ a, ... }@x: x.b) { a = 6; b = 8; })
  ((x@{ a, ... }: x.b + a) { a = 1; b = 8; })
  (({ }@x: x) { })
  ((_: 11) null)
]
