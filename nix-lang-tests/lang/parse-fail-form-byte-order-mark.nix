# A byte-order mark is no blank.
1
