# A folder by its URL.
let room = builtins.getEnv "ROOM"; in
import (builtins.fetchTree "path:${room}/x")
