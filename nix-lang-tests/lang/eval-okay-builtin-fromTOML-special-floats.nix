# fromTOML of infinities.
let t = builtins.fromTOML "a = inf\nb = -inf\nc = 1e3\nd = +1\ne = -0.0\n"; in [ t.a t.b t.c t.d ]
