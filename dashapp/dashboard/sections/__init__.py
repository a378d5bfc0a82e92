"""The parts of an account's page: each has a layout, and `register` where it answers to clicks."""
