"""Builds the context of each page's template."""
