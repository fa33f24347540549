# map and length force no element and call nothing.
builtins.length (map (builtins.trace "function" (x: throw "called")) [ (throw "a") (throw "b") ])
