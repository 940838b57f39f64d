"""The chapter that puts the lecture's advice together."""
