# The folder of the built-in files has no `default.nix`.
import (dirOf <nix/fetchurl.nix>)
