# Arguments are passed as slots.
(a: b: c: [ a b c ]) 1 (1 + 1) (x: x)
