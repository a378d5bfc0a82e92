"""The few sentences worth saying about an account: what chance, habit and drift alone would not bring about."""

from analytics.findings.posts import LEVEL, MAX_FINDINGS, findings

__all__ = ["LEVEL", "MAX_FINDINGS", "findings"]
