"""Reading uploaded files: archives, streams, JSON, rows of CSV files, times and values."""
