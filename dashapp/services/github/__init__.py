"""GitHub: its export, and the live reader."""
