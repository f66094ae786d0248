"""Who we are, who is here now, and the first run of a new installation."""
