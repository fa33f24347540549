# baseNameOf of strings and paths, with and without slashes.
map baseNameOf [ "a/b/c" "a/b/" "/" "" "a" "//" "a//" "/a" "a/." ".." /x/y /x ]
