# `<nix/…>` is in a file system of its own, whose root is its own parent.
let
  file = <nix/fetchurl.nix>;
  root = dirOf file;
in
{
  parents = [ root (dirOf root) (builtins.foldl' (path: _: dirOf path) file [ 1 2 3 ]) ];
  names = map baseNameOf [ file root ];
  texts = map toString [ file root ];
  below = root + "/fetchurl.nix";
  equal = [ (file == file) (file == /fetchurl.nix) (dirOf root == root) ];
  xml = builtins.toXML [ file root ];
  place = (builtins.unsafeGetAttrPos "url" (builtins.functionArgs (import file))).file;
  kinds = map builtins.readFileType [ file root ];
}
