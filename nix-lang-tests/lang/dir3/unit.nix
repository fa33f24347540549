"dir3/unit"
