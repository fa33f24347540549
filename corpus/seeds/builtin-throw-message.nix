# throw shows its message.
throw "because ${toString 42}"
