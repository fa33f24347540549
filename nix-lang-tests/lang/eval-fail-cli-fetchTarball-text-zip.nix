# A text is no archive in the format zip.
builtins.fetchTarball "file://${toString ./fetched-text.zip}"
