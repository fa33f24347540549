# A file that is no archive is unpacked, and passed over.
<x>
