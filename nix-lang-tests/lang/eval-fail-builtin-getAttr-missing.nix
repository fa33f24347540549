# getAttr of a missing attribute, with suggestions.
builtins.getAttr "hallo" { hello = 1; hullo = 2; }
