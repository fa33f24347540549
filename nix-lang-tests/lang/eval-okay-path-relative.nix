# Relative paths are resolved from the folder of the file that holds them.
[ ./x ./x/../y ../y ./. ./.. ../. a/b ./a.b-c_d+e ]
