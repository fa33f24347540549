# What addErrorContext says is shown even where the trace is shortened.
builtins.deepSeq { a = builtins.addErrorContext "told" (throw "t"); } 1
