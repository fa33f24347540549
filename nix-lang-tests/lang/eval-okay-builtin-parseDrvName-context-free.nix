# parseDrvName of names with more than one version-like part.
map (n: (builtins.parseDrvName n).version) [ "gcc-wrapper-10.3.0" "x-2a-3" "foo-bar1-2" "a-.1" "9-9" ]
