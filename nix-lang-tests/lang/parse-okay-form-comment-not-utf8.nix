# Bytes that are not UTF-8 in a comment: ÿþ.
1 /* € */ + 1