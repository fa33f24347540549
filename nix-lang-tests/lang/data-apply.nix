# Imported by fixtures: applies a function.
f: x: f x
