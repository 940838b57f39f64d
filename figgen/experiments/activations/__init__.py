"""Experiments of the chapter *activations*."""
