"""A short message to a person → the HTML that every mail program shows alike."""


def letter(where: str, heading: str, body: str, link: str, words: str, *, colour: str) -> str:
    """Where it is about, what it is, its body (HTML), and one button → the page of the message."""
    return (
        '<!doctype html><html lang="en"><body style="margin:0;background:#f4f4f5">'
        '<div style="max-width:520px;margin:24px auto;padding:28px 32px;background:#fff;border-radius:10px;'
        f"border-top:6px solid {colour};"
        'font:15px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:#18181b">'
        f'<div style="color:#71717a">{where}</div>'
        f'<h1 style="margin:4px 0 16px;font-size:24px;color:{colour}">{heading}</h1>{body}'
        f'<p style="margin:24px 0"><a href="{link}" style="background:{colour};color:#fff;text-decoration:none;'
        f'padding:11px 18px;border-radius:8px">{words}</a></p></div></body></html>'
    )
