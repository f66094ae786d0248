"""Who they are, how to recognise them on any channel, and what we remember."""
