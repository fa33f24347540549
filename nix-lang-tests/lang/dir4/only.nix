"dir4/only"
