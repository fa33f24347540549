# flakeRefToString takes strings, integers and booleans only.
builtins.flakeRefToString { type = "github"; owner = x: x; repo = "r"; }
