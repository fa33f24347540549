# A store must be at an absolute path.
1
