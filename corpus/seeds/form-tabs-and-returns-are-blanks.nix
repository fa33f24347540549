# Tabs and carriage returns are blanks.
[	1
	2]
