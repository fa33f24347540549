# What is only computed asks nobody.
"${./store-folder}"
