"""Formulas in words: what a screen reader says where the PDF has a formula."""
