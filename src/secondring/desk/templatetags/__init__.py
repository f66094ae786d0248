"""What the templates draw with."""
