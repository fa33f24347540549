# A file that is not there is shown as the address has it, its dots taken out.
builtins.fetchurl "file:///nowhere/./%2e%2fä//?a#b"
