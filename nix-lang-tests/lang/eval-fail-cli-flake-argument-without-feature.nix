# So does an argument that is one.
1
