"""Damage to a card that was released → the one message that cannot wait for a digest.

No file names: what is damaged stands on the page, behind its login.
"""

from circletake.contracts.facts import CardStatusChanged
from functions.notify.letter import letter
from functions.notify.notify import Digest


def write_warning(changed: CardStatusChanged, page_url: str) -> Digest:
    """A released card that turned RED, and the page's address → the warning."""
    roll = changed.roll
    where = f"{roll.production}, {roll.day}, unit {roll.unit}"
    reasons = [f"{count} × {code}" for code, count in sorted(changed.reasons.items())]
    link = f"{page_url}#/{roll.production}/{roll.unit}/{roll.day}/{roll.roll}"
    sentence = (
        f"The card of roll {roll.roll} was released for formatting, and now damage has been found. If it has not been "
        "formatted yet, keep it as it is."
    )
    lines = [sentence, "", where, *(f"  - {reason}" for reason in reasons), "", f"What it is: {link}", ""]
    listed = "".join(f'<li style="margin:4px 0">{reason}</li>' for reason in reasons)
    body = f'<p>{sentence}</p><ul style="padding-left:18px">{listed}</ul>'
    heading = f"Do not format roll {roll.roll}"
    html = letter(where, heading, body, link, "See what is damaged", colour="#b91c1c")
    return Digest(f"{roll.production} {roll.day}: do NOT format roll {roll.roll}", "\n".join(lines), html)
