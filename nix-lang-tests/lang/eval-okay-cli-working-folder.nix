# Expressions of the command line are relative to the working folder.
1
