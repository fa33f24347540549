# A file that imports itself.
import ./blackhole-import.nix
