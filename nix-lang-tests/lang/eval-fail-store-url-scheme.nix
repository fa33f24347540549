# A scheme that nobody knows.
1
