# placeholder needs a string.
placeholder 1
