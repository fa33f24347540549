"dir4/unit"
