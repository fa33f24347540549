# dirOf needs a string or path.
dirOf null
