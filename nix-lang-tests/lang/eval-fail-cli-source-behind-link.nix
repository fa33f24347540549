# A file behind a linked folder is shown without excerpt, as if it were one line.
1
