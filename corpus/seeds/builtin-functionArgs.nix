# functionArgs tells the formals and which have defaults.
map builtins.functionArgs [ ({ a, b ? 1, ... }: a) (x: x) ({ }: 1) ({ ... }@y: 1) builtins.map (builtins.add 1) ]
