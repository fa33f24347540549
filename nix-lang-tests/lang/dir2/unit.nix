"dir2/unit"
