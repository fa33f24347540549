"dir1/unit"
