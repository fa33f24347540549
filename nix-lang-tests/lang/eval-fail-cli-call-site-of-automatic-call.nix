# Called with the arguments of the command line, a function is its own call site.
{ x }: throw "e"
