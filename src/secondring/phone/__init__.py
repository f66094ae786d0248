"""Calls: numbers, who rings when, the talk itself, and the line to the world."""
