# flakes' builtins are there without the experimental feature; the kinds of references ask for it
assert builtins ? getFlake && builtins ? flakeRefToString;
builtins.parseFlakeRef "github:owner/name"
