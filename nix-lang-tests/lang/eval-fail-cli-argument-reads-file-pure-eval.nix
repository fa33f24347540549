# What an argument's expression names is not what the command line names.
1
