"""Tests of pages that users share by links."""
