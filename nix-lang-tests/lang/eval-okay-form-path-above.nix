# paths from the folder above, with interpolation, and folders that cancel each other out
let
  name = "lang";
in
map baseNameOf [ ../lang ../${name} ../lang/../lang ../lang/./${name}/.. ] ++ [ (../lang == ./.) (../. + "/lang" == ./.) ]
