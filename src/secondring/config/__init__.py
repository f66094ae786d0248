"""Settings, addresses, asgi: wires the house, is not a room."""
