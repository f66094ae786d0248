"""What was said and what happened: conversations, messages, notes, history, outbox. The only writer of those tables."""
