"""The same person on several services."""

from analytics.identity.names import folded, name_words, sound

__all__ = ["folded", "name_words", "sound"]
