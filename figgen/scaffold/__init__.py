"""What `figgen init`, `new`, `messages` and `rename` write into a lecture of somebody's own."""
