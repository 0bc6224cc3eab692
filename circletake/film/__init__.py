"""Film knowledge, pure: timing and naming."""
