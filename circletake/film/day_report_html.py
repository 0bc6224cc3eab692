"""A day's report as one page that needs nothing else: no script, nothing from elsewhere, light and dark, and to print.

Whatever came from a paper or a card is text in it and nothing else; a line of it cannot turn the one beside it.
"""

from collections.abc import Iterator
from html import escape

from circletake.contracts.cards import Light
from circletake.film.day_report import DayReport
from circletake.film.day_report_sections import sections
from circletake.film.day_report_words import NOTE, Cell, Clock, Figure, Group, Section, day_line, figures, unit_text
from circletake.film.report import visible

#: Nothing is loaded and nothing runs, whatever stands in the page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
#: More columns than these do not fit a phone: they are scrolled.
_FEW = 3
_MARKS = {Light.GREEN: "●", Light.AMBER: "▲", Light.RED: "✗"}
_STYLE = """
:root { color-scheme: light dark; --ink: #171613; --quiet: #5f5b55; --edge: #d9d6d0; --paper: #fff;
  --green: #1d6b3a; --amber: #855a00; --red: #a5240f; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeae4; --quiet: #a8a39b; --edge: #3a3833; --paper: #171613;
  --green: #7ecb98; --amber: #e3b34f; --red: #ff9583; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 80rem; background: var(--paper);
  color: var(--ink); font: 0.9rem/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.5rem; }
h1 { margin: 0; font-size: 2.2rem; line-height: 1.2; }
h2 { margin: 2.2rem 0 0.4rem; font-size: 1.15rem; }
p { margin: 0.2rem 0; }
.quiet, th, footer { color: var(--quiet); }
.figures { display: grid; grid-template-columns: repeat(2, 1fr); margin: 1.4rem 0 0; padding: 1px 0 0 1px; }
@media (min-width: 40rem) { .figures { grid-template-columns: repeat(4, 1fr); } }
@media (min-width: 75rem), print { .figures { grid-template-columns: repeat(8, 1fr); } }
.figures div { margin: -1px 0 0 -1px; padding: 0.6rem 0.8rem; border: 1px solid var(--edge); display: flex;
  flex-direction: column; }
dt { order: 2; }
dd { margin: 0; }
dd.number { order: 1; font-size: 1.6rem; font-weight: 600; line-height: 1.25; }
dd.beside { order: 3; font-size: 0.8rem; color: var(--quiet); }
.wide { overflow-x: auto; }
.many { min-width: 44rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.32rem 0.9rem 0.32rem 0; text-align: start; vertical-align: top; font-weight: 400;
  border-bottom: 1px solid var(--edge); overflow-wrap: break-word; min-width: 3.5rem; }
thead th { font-size: 0.8rem; }
tbody th[scope=row] { color: inherit; }
th.group { padding: 0.9rem 0 0.3rem; font-weight: 600; color: var(--ink); }
.figure { padding-inline-end: 1.6rem; text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.strong, .green, .amber, .red { font-weight: 600; }
.green { color: var(--green); } .amber { color: var(--amber); } .red { color: var(--red); }
.circled { display: inline-block; min-width: 1.7em; padding: 0 0.35em; border: 1.5px solid currentcolor;
  border-radius: 1em; text-align: center; font-weight: 600; }
footer { margin-top: 2.5rem; font-size: 0.8rem; }
@media print { @page { size: A4 landscape; margin: 12mm; }
  :root { color-scheme: light; --ink: #171613; --quiet: #5f5b55; --edge: #d9d6d0; --paper: #fff; --green: #1d6b3a;
    --amber: #855a00; --red: #a5240f; }
  html { font-size: 9pt; } body { padding: 0; max-width: none; } h2 { break-after: avoid; } tr { break-inside: avoid; }
  thead { display: table-header-group; } th.group { break-after: avoid; } .wide { overflow: visible; }
  .many { min-width: 0; } }
"""


def write_html(report: DayReport, clock: Clock, made: str) -> str:
    """A report, the clock of its day, and when it was made by what → the page."""
    ref = report.ref
    title = f"Day report · {ref.production} · {ref.day} · {unit_text(ref)}"
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_safe(title)}</title><style>{_STYLE}</style></head><body>",
        f"<header><h1>{_safe(ref.day)}</h1><p>{_safe(title)}</p></header>",
        f'<p class="quiet" dir="auto">{_safe(" · ".join(day_line(report, clock)))}</p>',
        f'<dl class="figures">{"".join(map(_figure, figures(report)))}</dl><main>',
        *(_section(section, number) for number, section in enumerate(sections(report, clock)) if not section.brief),
        f"</main><footer><p>{_safe(NOTE)}</p><p>{_safe(made)}</p></footer></body></html>\n",
    ]
    return "\n".join(parts)


def _safe(text: str) -> str:
    """Text → the same for a page: what is invisible or turns the writing is spelt, and nothing is markup."""
    return escape(visible(text))


def _figure(figure: Figure) -> str:
    mark = f"{_MARKS[figure.light]} " if figure.light else ""
    ink = f" {figure.light.lower()}" if figure.light else ""
    beside = f'<dd class="beside" dir="auto">{_safe(figure.beside)}</dd>' if figure.beside else ""
    number = f'<dd class="number{ink}">{mark}{_safe(figure.number)}</dd>'
    return f"<div><dt>{_safe(figure.what)}</dt>{number}{beside}</div>"


def _section(section: Section, number: int) -> str:
    name = f"part-{number}"
    heading = f'<section aria-labelledby="{name}"><h2 id="{name}">{_safe(section.title)}</h2>'
    if section.is_empty:
        return f'{heading}<p class="quiet">{_safe(section.none)}</p></section>'
    # Whoever has no mouse scrolls a wide table with the keyboard.
    scrolled = f'<div class="wide" role="region" tabindex="0" aria-labelledby="{name}">'
    table = "".join((_heads(section), *(_group(section, group) for group in section.groups)))
    many = ' class="many"' if len(section.heads) > _FEW else ""
    return f'{heading}{scrolled}<table{many} aria-labelledby="{name}">{table}</table></div></section>'


def _heads(section: Section) -> str:
    shares = sum(head.share for head in section.heads)
    columns = "".join(f'<col style="width:{head.share / shares:.1%}">' for head in section.heads)
    if not any(head.text for head in section.heads):
        return f"<colgroup>{columns}</colgroup>"
    cells = "".join(f'<th scope="col"{_figured(head.figures)}>{_safe(head.text)}</th>' for head in section.heads)
    return f"<colgroup>{columns}</colgroup><thead><tr>{cells}</tr></thead>"


def _group(section: Section, group: Group) -> str:
    title = f'<tr><th class="group" scope="rowgroup" dir="auto" colspan="{len(section.heads)}">{_safe(group.title)}'
    head = f"{title}</th></tr>" if group.title else ""
    return f"<tbody>{head}{''.join(map('<tr>{}</tr>'.format, _rows(section, group)))}</tbody>"


def _rows(section: Section, group: Group) -> Iterator[str]:
    for row in group.rows:
        cells = []
        for place, (head, cell) in enumerate(zip(section.heads, row, strict=True)):
            tag, scope = ("th", ' scope="row"') if place == 0 and len(row) > 1 else ("td", "")
            cells.append(f"<{tag}{scope}{_figured(head.figures)}>{_cell(cell)}</{tag}>")
        yield "".join(cells)


def _figured(figures: bool) -> str:
    return ' class="figure"' if figures else ""


def _cell(cell: Cell) -> str:
    first, *rest = cell.lines or ("",)
    if cell.circled:
        told = f'<span class="circled">{_safe(first)}</span>'
    elif cell.light:
        told = f'<div class="{cell.light.lower()}">{_MARKS[cell.light]} {_safe(first)}</div>'
    else:
        strong = ' class="strong"' if cell.strong else ""
        told = f'<div dir="auto"{strong}>{_safe(first)}</div>' if first else ""
    return told + "".join(f'<div dir="auto">{_safe(line)}</div>' for line in rest)
