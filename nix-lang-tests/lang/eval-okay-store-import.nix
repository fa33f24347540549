# A copied folder can be imported.
import "${./store-folder}"
