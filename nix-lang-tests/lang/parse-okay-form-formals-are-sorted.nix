# The parser prints formals by name.
{ zebra, apple ? 1, mango, Banana }: zebra
