# What the command line names may be read.
{ x }: x
