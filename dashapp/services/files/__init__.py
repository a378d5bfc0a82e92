"""Reading uploaded files: archives, streams, JSON and values."""
