"""Experiments of the chapter *recap*."""
