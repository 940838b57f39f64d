"""The handout in the browser while it is written: made, served, and reloaded after each save."""
