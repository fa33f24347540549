# The order in which names of native code were created shows in deep forcing.
let probe = name: builtins.trace name 1; in
{ exec = probe "exec"; importNative = probe "importNative"; traceVerbose = probe "traceVerbose"; langVersion = probe "langVersion"; zz = probe "zz"; }
