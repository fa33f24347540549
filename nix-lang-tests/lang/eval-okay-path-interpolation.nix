# Paths with interpolations; the text is not a path until it is complete.
let
  name = "file";
  n = "sub/dir";
in
[ ./${name} ./${name}.txt ./a-${name}/b /abs/${name} ./${n}/x ./a/${"../b"} ~/${name}.x ./${name}${name} ]
