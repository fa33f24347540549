# parseFlakeRef is the other direction.
map builtins.parseFlakeRef [ "github:o/r" "github:o/r/main?dir=sub" "path:/x/y" "nixpkgs" "git+https://example.org/x.git?ref=a" "https://example.org/x.tar.gz" ]
