# hashString with each algorithm.
map (algorithm: builtins.hashString algorithm "abc") [ "md5" "sha1" "sha256" "sha512" ]
