"""The weekly e-mail: what it tells, its links, and how it is handed to a mail server."""
