# Only spaces are indentation; a tab is content.
''
	a
	  b
''
