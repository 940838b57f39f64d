"""Figures and handouts of a lecture, generated from simulations."""

__version__ = "0.1.0"
