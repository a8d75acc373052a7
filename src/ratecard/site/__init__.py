"""The static site: every page of a catalog, published in one step."""
