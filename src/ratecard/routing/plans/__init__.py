"""Workloads: tasks read from a file, the offers that do each, and the plan a budget pays for."""
