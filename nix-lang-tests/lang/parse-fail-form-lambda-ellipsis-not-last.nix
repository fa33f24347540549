# The ellipsis comes last.
{ ..., a }: a
