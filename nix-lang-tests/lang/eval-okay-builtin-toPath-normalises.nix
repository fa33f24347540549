# toPath of paths that climb.
map builtins.toPath [ "/" "/.." "/a//b" "/a/../../b" "/a/" ]
