"""Questions about who was there."""
