"""The look-up of a public account without registering."""
