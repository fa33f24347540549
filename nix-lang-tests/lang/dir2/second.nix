"dir2/only"
