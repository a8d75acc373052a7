"""What APIs report of the calls they answered, in any of their shapes, as usage."""
