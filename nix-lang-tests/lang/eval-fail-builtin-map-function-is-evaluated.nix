# `map` evaluates its function, even where nobody asks for an element.
builtins.length (map (throw "needed") [ 1 2 ])
