# A name that a rec set does not have.
rec { a = b; }
