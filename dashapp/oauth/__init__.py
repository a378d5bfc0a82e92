"""This application as an OAuth client: how it is known at each service, and the tokens it was given."""
