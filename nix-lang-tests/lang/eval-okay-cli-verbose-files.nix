# -v tells of each file that is evaluated, but of the one on the command line.
import ./cli-folder/imports.nix + builtins.scopedImport { } ./cli-folder/sub + import ./cli-folder/sub
