"""XML that somebody else wrote → elements with their lines, or a verdict on the line at fault.

Expat itself rather than defusedxml, because defusedxml gives no lines; what it forbids is forbidden here: a document
type declaration is refused where it starts, so no entity is ever declared, expanded or fetched.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from circletake.contracts.errors import Code, Rejected

#: About 200,000 files: more than any card, less than a function's memory.
MAX_BYTES = 64 * 1024 * 1024
#: A manifest is five deep; what its metadata hold may be a little deeper.
MAX_DEPTH = 24


@dataclass(slots=True)
class Element:
    """An element, its namespace before its name and a blank between, as expat has it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    #: A comment stands in it: another reader may take its text for something else.
    interrupted: bool = False


@dataclass(frozen=True)
class Sidecar:
    """XML that came beside footage, by name: how its faults are told, and how its values are read."""

    name: str
    next_step: str = "Upload an undamaged copy of it, or make a new one from the card; the footage is kept meanwhile."

    def bad(self, line: int, what: str) -> Rejected:
        """A line and what is wrong with it → the verdict."""
        return Rejected(Code.BAD_SIDECAR, f"Line {line} of {self.name}: {what}.", self.next_step)

    def text(self, element: Element) -> str:
        """An element that holds nothing but text → the text."""
        if element.children or element.interrupted:
            raise self.bad(element.line, f"{shown(local(element))} holds more than a value")
        return "".join(element.pieces)

    def one(self, parent: Element, tag: str) -> Element:
        """The only child of that tag."""
        found = [child for child in parent.children if child.tag == tag]
        if len(found) != 1:
            many = "no" if not found else "more than one"
            line = found[1].line if found else parent.line
            raise self.bad(line, f"{shown(local(parent))} has {many} {shown(tag.rsplit(' ', maxsplit=1)[-1])}")
        return found[0]

    def optional(self, parent: Element, tag: str) -> Element | None:
        """The only child of that tag, if there is one."""
        return self.one(parent, tag) if any(child.tag == tag for child in parent.children) else None

    def only(self, parent: Element, tags: frozenset[str]) -> None:
        """Refuse children of any other tag."""
        for child in parent.children:
            if child.tag not in tags:
                raise self.bad(child.line, f"{shown(local(child))} is not known inside {shown(local(parent))}")


def parse(sidecar: Sidecar, body: bytes, take: Callable[[list[Element], Element], bool]) -> Element:
    """Bytes → the root element. `take` sees each element as it closes, below its open parents; what it takes is
    not kept in the tree, so that a long manifest is never in memory as one. Raises `Rejected(BAD_SIDECAR)`.
    """
    if len(body) > MAX_BYTES:
        raise Rejected(
            Code.BAD_SIDECAR,
            f"{sidecar.name} has {len(body):,} bytes; a manifest is read up to {MAX_BYTES:,}.",
            "Make one manifest for each card rather than one for many.",
        )
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    stack: list[Element] = []
    roots: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) >= MAX_DEPTH:
            raise sidecar.bad(parser.CurrentLineNumber, f"elements are nested more than {MAX_DEPTH} deep")
        stack.append(Element(tag, attributes, parser.CurrentLineNumber))

    def end(_tag: str) -> None:
        element = stack.pop()
        if not stack:
            roots.append(element)
        elif not take(stack, element):
            stack[-1].children.append(element)

    def text(piece: str) -> None:
        stack[-1].pieces.append(piece)

    def interruption(*_of_it: str) -> None:
        if stack:
            stack[-1].interrupted = True

    def doctype(*_of_it: object) -> None:
        raise sidecar.bad(parser.CurrentLineNumber, "a document type declaration stands here; no sidecar has one")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.CommentHandler = interruption
    parser.ProcessingInstructionHandler = interruption
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise sidecar.bad(error.lineno, f"this is not XML ({expat.ErrorString(error.code)})") from error
    except (ValueError, LookupError, UnicodeError) as error:
        # An encoding that Python does not know, or has more than one byte a character in.
        raise sidecar.bad(parser.CurrentLineNumber, f"its encoding cannot be read ({error})") from error
    return roots[0]


def shown(text: str) -> str:
    """Text that somebody else wrote → short, in quotes, with nothing that a terminal or page would obey."""
    return repr(text if len(text) <= 120 else f"{text[:117]}…")


def local(element: Element) -> str:
    """An element → its name without its namespace."""
    return bare(element.tag)


def bare(tag: str) -> str:
    """A tag → the same without its namespace."""
    return tag.rpartition(" ")[2]
