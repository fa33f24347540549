# A copied path can be read without its context, too.
builtins.readFile (builtins.unsafeDiscardStringContext "${./store-folder}/f")
