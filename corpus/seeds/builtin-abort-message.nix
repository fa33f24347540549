# abort shows its message.
abort "the ${"message"}"
