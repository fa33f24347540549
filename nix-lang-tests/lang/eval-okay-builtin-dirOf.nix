# dirOf of strings and paths.
[ (map dirOf [ "a/b/c" "a/b/" "/" "/a" "a" "" "//a" "a//b" ]) (map dirOf [ /a/b /a /. ]) ]
