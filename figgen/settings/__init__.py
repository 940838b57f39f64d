"""What a lecture says of itself in its `lecture.toml`."""
