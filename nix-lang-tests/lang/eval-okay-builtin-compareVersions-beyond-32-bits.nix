# A number that does not fit into 32 bits is compared as a word.
map (v: builtins.compareVersions v "5") [ "2147483647" "2147483648" "99999999999" ]
