snix --no-warnings recorded/file.nix
