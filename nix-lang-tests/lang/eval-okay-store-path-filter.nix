# What a filter refused is not in the store.
let p = builtins.path { path = ./store-folder; filter = p: t: baseNameOf p != "f"; }; in [ (builtins.readDir p) (builtins.pathExists "${p}/f") ]
