# flakeRefToString writes a reference from its attributes.
map builtins.flakeRefToString [ { type = "github"; owner = "o"; repo = "r"; } { type = "github"; owner = "o"; repo = "r"; ref = "main"; dir = "sub"; } { type = "path"; path = "/x/y"; } { type = "indirect"; id = "nixpkgs"; } ]
