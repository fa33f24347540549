snix --no-warnings --expr=nonesuch
