"""A company to try the desk with: Harbour Row, its people, its letters, pictures and tunes. All of it is invented here."""
