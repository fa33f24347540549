snix --no-warnings --expr={ a = 1; }.b
