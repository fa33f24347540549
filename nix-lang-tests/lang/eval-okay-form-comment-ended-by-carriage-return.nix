# A carriage return alone ends a comment line.[ 1 # one 2 ]
