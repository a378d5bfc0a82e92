"""The same person on several services: pairs with their probability and evidence."""

from analytics.identity.evidence import CODES
from analytics.identity.matching import LIKELY, matches

__all__ = ["CODES", "LIKELY", "matches"]
