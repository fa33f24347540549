# An excerpt with a tab before the place.
[
	1	(2 + true)
]
