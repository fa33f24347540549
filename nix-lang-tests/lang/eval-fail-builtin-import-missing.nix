# import of a file that is not there.
import ./no-such-file.nix
