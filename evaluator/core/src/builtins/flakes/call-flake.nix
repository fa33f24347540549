/*
  Makes the value of a flake, given which tree each of its inputs is. A tree is fetched only when something in it is
  asked for.

  Places in this source are seen in traces, so these stand where the reference's stand:

      line 65, column 15    the import of flake.nix
      line 71, column 17    the call of its outputs

  The arguments: the text of the lock file; for the nodes that are already in the store, by their keys, the attributes
  of the tree and the folder in it; and the builtin that fetches the tree of a lock file's entry.
*/
text: present: fetch:
let
  lock = builtins.fromJSON text;

  # The key of the node that an input is: named, or found on a path of names that starts at the root.
  keyOf = input:
    if builtins.isList input then walk lock.root input else input;

  walk = key: names:
    if names == [ ] then
      key
    else
      walk (keyOf lock.nodes.${key}.inputs.${builtins.head names}) (builtins.tail names);

  inFolder = base: folder: if folder == "" then base else base + "/" + folder;















  nodes = builtins.mapAttrs (
    key: node:
    let
      isPresent = present ? ${key};
      isRelative = node.locked.type or null == "path" && builtins.substring 0 1 node.locked.path != "/";
      parent = nodes.${walk lock.root node.parent};

      sourceInfo =
        if isPresent then
          present.${key}.sourceInfo
        else if isRelative then
          parent.sourceInfo
        else
          # Version 5 keeps a part of the attributes in a set of its own.
          fetch (node.info or { } // removeAttrs node.locked [ "dir" ]);

      outPath =
        if isRelative && !isPresent then
          inFolder parent.outPath node.locked.path
        else
          inFolder sourceInfo.outPath (present.${key}.dir or node.locked.dir or "");

      flake = import (outPath + "/flake.nix");

      inputs = builtins.mapAttrs (name: input: nodes.${keyOf input}.value) (node.inputs or { });



      outputs = flake.outputs (inputs // { self = whole; });

      whole =
        outputs
        # What is known of the tree. A flake in a folder of the tree has a path of its own.
        // sourceInfo
        // {
          inherit outPath inputs outputs sourceInfo;
          _type = "flake";
        };
    in
    {
      inherit outPath sourceInfo;
      value =
        if node.flake or true then
          assert builtins.isFunction flake.outputs;
          whole
        else
          sourceInfo // { inherit sourceInfo outPath; };
    }
  ) lock.nodes;
in
nodes.${lock.root}.value
