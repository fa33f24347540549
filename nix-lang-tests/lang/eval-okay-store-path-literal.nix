# A path into the store is read as any other.
builtins.readFile (/. + "${builtins.unsafeDiscardStringContext "${./store-folder}"}/f")
