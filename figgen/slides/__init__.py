"""Slides for the lecturer: the figures, each with what there is to say of it in the notes."""

TARGET = "pptx"
"""What `--to` calls them; they are made only if asked for."""
