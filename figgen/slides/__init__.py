"""The slides: a deck with the lecture's figures."""
