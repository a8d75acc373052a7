"""What authors write: YAML files read into records, with every problem in its place."""
