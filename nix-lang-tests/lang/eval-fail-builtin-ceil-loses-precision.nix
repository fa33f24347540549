# An integer becomes a float on the way, and what that changes is refused. Through `map`, because how far the last line
# of the message is indented depends on the length of all before it, paths included.
map builtins.ceil [ (9007199254740992 + 1) ]
