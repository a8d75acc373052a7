"""The catalog as one SQLite file: its tables, their writer and reader, the offer index and the cost in SQL."""
