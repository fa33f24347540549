# In messages for programs a line of trace with an unknown place has a place that is nowhere.
builtins.derivationStrict { }
