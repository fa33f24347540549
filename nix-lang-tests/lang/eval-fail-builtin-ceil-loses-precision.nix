# An integer becomes a float on the way, and what that changes is refused.
builtins.ceil (9007199254740992 + 1)
