# placeholder gives a text that depends on the name of the output only.
[ (placeholder "out") (builtins.placeholder "dev") (placeholder "") (builtins.hasContext (placeholder "out")) ]
