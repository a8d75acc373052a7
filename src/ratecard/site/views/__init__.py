"""What each page says, as the values its template prints."""
