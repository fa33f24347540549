# A formal named twice.
{ a, b, a }: a
