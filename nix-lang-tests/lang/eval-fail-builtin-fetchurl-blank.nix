# No address has a blank.
builtins.fetchurl { url = "http://localhost/a b"; name = "n"; }
