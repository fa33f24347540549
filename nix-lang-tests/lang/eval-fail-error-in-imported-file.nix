# The trace of a failure in another file.
import ./thunk-throws.nix + 1
