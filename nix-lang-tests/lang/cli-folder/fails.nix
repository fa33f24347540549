# Shown without an excerpt where it is reached through a linked folder.
{ }:
throw "here"
