# Fetching a flake needs the feature, of whatever kind its address is.
builtins.getFlake "git+https://example.org/a"
