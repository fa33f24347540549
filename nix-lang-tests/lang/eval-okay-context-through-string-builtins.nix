# Which string builtins keep a context, and which drop it.
let
  d = derivation { name = "d"; system = "s"; builder = "b"; };
  s = "${d}/bin";
  has = builtins.hasContext;
in
map has [
  (builtins.substring 0 3 s)
  (builtins.concatStringsSep ":" [ "a" s ])
  (builtins.concatStringsSep s [ "a" ])
  (builtins.replaceStrings [ "bin" ] [ "lib" ] s)
  (builtins.replaceStrings [ "x" ] [ s ] "abc")
  (builtins.replaceStrings [ "b" ] [ s ] "abc")
  (toString d)
  (toString [ 1 d ])
  (dirOf s)
  (baseNameOf s)
  (builtins.toJSON { inherit d; })
  (builtins.toXML s)
  (builtins.head (builtins.match "(.*)" s))
  (builtins.head (builtins.split "bin" s))
  (builtins.hashString "md5" s)
  (builtins.head (builtins.attrNames { ${builtins.unsafeDiscardStringContext s} = 1; }))
]
