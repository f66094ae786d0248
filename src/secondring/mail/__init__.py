"""Letters: taken in exactly once, sent at least once, never lost."""
