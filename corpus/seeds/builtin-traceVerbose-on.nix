# traceVerbose speaks with the setting.
builtins.traceVerbose "spoken" 1
