"""Second Ring: a customer-service desk where a real person picks up on the second ring."""
