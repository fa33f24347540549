# A store that takes nothing.
"${./store-folder}"
