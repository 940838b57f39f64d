"""What the text of code says: the names that it defines and uses, what runs on import, what it imports."""
