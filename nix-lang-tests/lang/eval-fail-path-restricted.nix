# With --restrict-eval the program itself is refused where the search path does not have it.
import /no-such-folder/secret.nix
