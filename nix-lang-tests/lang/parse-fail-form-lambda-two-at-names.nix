# Only one @-name.
a@{ b }@c: b
