# fromTOML with timestamps.
builtins.fromTOML "a = 2024-01-02T03:04:05Z\nb = 2024-01-02\nc = 03:04:05.5\nd = 2024-01-02 03:04:05+01:00\n"
