# A part of a copied folder can be copied again.
let p = builtins.path { path = "${./store-folder}/sub"; name = "again"; }; in [ p (builtins.readDir p) ]
