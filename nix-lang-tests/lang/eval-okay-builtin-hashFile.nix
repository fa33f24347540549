# hashFile of a file in this folder.
map (algorithm: builtins.hashFile algorithm ./data-lines.txt) [ "md5" "sha1" "sha256" "sha512" ]
