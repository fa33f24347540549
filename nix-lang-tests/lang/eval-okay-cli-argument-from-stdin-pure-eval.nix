# Standard input may be read.
1
