# typeOf every kind of value.
map builtins.typeOf [ 1 1.0 true null "s" /p [ ] { } (x: x) map (map (x: x)) x:y ./. ]
