//! Prints an error as the reference prints it.
