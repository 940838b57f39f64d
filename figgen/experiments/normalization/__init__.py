"""Experiments of the chapter *normalization*."""
