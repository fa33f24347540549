# A comment without an end is no comment.
1 /* open
