# Two names that are one without what use-case-hack takes away.
"${./case-hack-collision}"
