"""What a file of each format must be to be of use, read with the standard library alone."""
