# An empty name is no file.
{ x }: x
