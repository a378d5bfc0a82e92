"""Every query: records in, frames out, always with the owner's id. ORM objects never leave this package."""
