"""Facebook: its export, and the live reader."""
