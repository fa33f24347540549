snix --no-warnings --expr={ a = ; }
