"""Tests of the documentation as pages of the application."""
