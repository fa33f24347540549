# Paths print bare, in sets and lists.
{ a = /x; b = [ ./y ]; }
