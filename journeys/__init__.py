"""Journeys across rooms, against the real engines the product meets in the world."""
