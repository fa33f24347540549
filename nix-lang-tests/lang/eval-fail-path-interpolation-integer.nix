# Only strings and paths go into a path.
./x/${1}
