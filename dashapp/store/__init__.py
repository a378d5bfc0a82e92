"""Every query: records in, rows and frames out, always with the owner's id. ORM objects never leave this package."""
