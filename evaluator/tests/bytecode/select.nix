# Selections with and without a default, with a computed name.
s: n: [ s.a.b (s.a.b or 1) (s.${n}.c or 2) (s ? a.${n}) ]
