"""What one types: serve, demo, inspect, load, bench, doctor."""
