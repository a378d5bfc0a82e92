"""Mastodon: its export, and the live reader."""
