# An argument that is like no formal: no suggestion.
({ apple }: apple) { apple = 1; zzzzzzzz = 2; }
