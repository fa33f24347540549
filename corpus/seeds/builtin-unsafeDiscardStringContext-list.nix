# unsafeDiscardStringContext needs something that coerces.
builtins.unsafeDiscardStringContext [ ]
