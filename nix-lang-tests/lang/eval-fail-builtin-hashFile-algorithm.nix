# hashFile with an unknown algorithm.
builtins.hashFile "crc32" ./data-lines.txt
