# Names cannot lead out.
let room = builtins.getEnv "ROOM"; in
let walk = p: builtins.mapAttrs (n: t: if t == "directory" then walk "${p}/${n}" else if t == "symlink" then t else builtins.readFile "${p}/${n}") (builtins.readDir p); in
let t = builtins.fetchTree { type = "tarball"; url = "file://${room}/dotdot.tar"; }; in [ (walk t.outPath) (removeAttrs t [ "outPath" ]) t.outPath ]
