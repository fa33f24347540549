# Printed raw, an automatic call fails with the same frames.
{ x ? throw "default" }: "${x}"
