"""Inbox, conversation, composer, person card, search, settings: the screens where all meets."""
