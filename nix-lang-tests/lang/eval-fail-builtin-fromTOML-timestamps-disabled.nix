# fromTOML refuses timestamps without their feature.
builtins.fromTOML "when = 2024-01-02T03:04:05Z"
