"""Bluesky: its export, and the live reader."""
