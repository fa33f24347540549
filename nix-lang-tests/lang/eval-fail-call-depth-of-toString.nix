# What toString coerces is a level deeper than the call of toString, also where it is evaluated already.
let f = n: if n == [ ] then 0 else f (toString n); in f 5
