"""Takes of a unit's shooting day: a fold over what was said, what was recorded, and what runs together."""
