"""Passwords that the pool's rules take and a person can copy."""

import secrets

_WORDS = (
    *("Boom", "Camera", "Crane", "Dolly", "Flag", "Fresnel", "Gaffer", "Gate", "Grip", "Jib", "Lens", "Magazine"),
    *("Marker", "Matte", "Prime", "Reel", "Rushes", "Script", "Slate", "Splice", "Stage", "Take", "Tripod", "Zoom"),
)


def new_password() -> str:
    """→ four words and a number that nobody guesses: `Crane-Slate-Gaffer-Prime-417`."""
    return "-".join([*(secrets.choice(_WORDS) for _ in range(4)), str(100 + secrets.randbelow(900))])
