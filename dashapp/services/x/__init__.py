"""X: its export, and the live reader."""
