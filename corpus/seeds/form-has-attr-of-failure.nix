# `?` fails where its subject does.
(throw "subject") ? a
