# Imported by fixtures: needs its own value.
import ./blackhole-import.nix
