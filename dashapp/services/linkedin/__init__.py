"""LinkedIn: its export, and the live reader."""
