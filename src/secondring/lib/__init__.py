"""Small things any web product could use: time, errors, leases, jobs, broadcast, safe HTML. Knows nothing of the product."""
