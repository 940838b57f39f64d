"""Experiments of the chapter *initialization*."""
