# Functions of a rec set under a with, each looking up what is not lexical.
with { base = 10; extra = 1; };
rec {
  add = x: x + base;
  base = 20;
  twice = x: add (add x) + extra;
}.twice 1
