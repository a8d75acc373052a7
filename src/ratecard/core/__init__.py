"""What a price is: records, exact decimals, usage, catalog and evidence."""
