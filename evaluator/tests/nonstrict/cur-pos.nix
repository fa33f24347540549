# The line and the column of a position are delayed.
builtins.removeAttrs __curPos [ "file" ]
