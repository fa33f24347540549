# A path that was added is a store path.
builtins.storePath (builtins.unsafeDiscardStringContext "${./store-folder}")
