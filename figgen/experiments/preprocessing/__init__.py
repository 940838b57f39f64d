"""Experiments of the chapter *preprocessing*."""
