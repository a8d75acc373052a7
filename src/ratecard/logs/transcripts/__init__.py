"""Transcripts of coding agents as they lie on disk: which agent wrote a file, and the calls that are told in it."""
