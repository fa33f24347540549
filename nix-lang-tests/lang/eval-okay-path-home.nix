# A path that starts with a tilde is resolved from HOME, and its text is left as it is.
[ ~/x ~/x/../y ]
