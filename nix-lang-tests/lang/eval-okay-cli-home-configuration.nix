# Settings and channels of the home folder.
[ builtins.nixPath <text.txt> ]
