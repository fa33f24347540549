# A link that was copied is a link in the store.
map (n: builtins.readFileType "${./store-folder}/${n}") [ "f" "link" "sub" ]
