"""Tests of bringing an account."""
