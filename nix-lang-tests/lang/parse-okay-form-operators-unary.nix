# Unary operators and how tightly they bind.
a: b: [ (!a && b) (!(a && b)) (-a + b) (-(a + b)) (!a == b) (-a.b) (!a ? b) (-a * b) (!(!a)) (- (-a)) ]
