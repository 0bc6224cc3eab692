"""Damage to a card that was released → the one message that cannot wait for a digest.

No file names: what is damaged stands on the page, behind its login.
"""

from circletake.contracts.facts import CardStatusChanged
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
    html = (
        '<!doctype html><html lang="en"><body style="margin:0;background:#f4f4f5">'
        '<div style="max-width:520px;margin:24px auto;padding:28px 32px;background:#fff;border-radius:10px;'
        "border-top:6px solid #b91c1c;"
        'font:15px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#18181b">'
        f'<div style="color:#71717a">{where}</div>'
        f'<h1 style="margin:4px 0 16px;font-size:24px;color:#b91c1c">Do not format roll {roll.roll}</h1>'
        f'<p>{sentence}</p><ul style="padding-left:18px">{listed}</ul>'
        f'<p style="margin:24px 0"><a href="{link}" style="background:#b91c1c;color:#fff;text-decoration:none;'
        'padding:11px 18px;border-radius:8px">See what is damaged</a></p></div></body></html>'
    )
    return Digest(f"{roll.production} {roll.day}: do NOT format roll {roll.roll}", "\n".join(lines), html)
