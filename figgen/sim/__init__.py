"""The simulation core: NumPy only, no drawing, no files but the shipped data."""
