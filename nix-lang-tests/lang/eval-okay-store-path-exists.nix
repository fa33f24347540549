# What was copied exists in the store, and nothing else.
map (n: builtins.pathExists "${./store-folder}/${n}") [ "f" "nope" "sub" "link" ]
