"""Pictures of figgen's in somebody's own slides: found, and drawn anew in place."""
