# What a name stands for is behind a front since `__overrides`, and evaluated when it is looked at a second time.
let
  own = rec {
    foo = 8;
    __overrides = {
      foo = {
        g = foo;
        h = 1;
      };
    };
  };
in
[
  (own.foo ? g.a)
  (own.foo ? g.h)
  (own.foo ? g.g.g.h)
  (own.foo.g.a or 3)
  (own.foo.g.g.h or 4)
  (own.foo ? ${"g"}.${"g"}.a)
  own.foo.g.g.h
]
