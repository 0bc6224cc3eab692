"""What Final Cut Pro 7 XML lacks when opentimelineio's adapter wrote it: right labels, and sound with its picture.

The adapter takes midnight for where it would be if 29.97 and 23.976 were counted as they run, and so labels the last
seconds of a day as the first of the next; and it leaves picture and sound of a clip lying side by side, unlinked.
"""

from collections import defaultdict
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from defusedxml.ElementTree import fromstring

from circletake.film.interchange.bins import Clock
from circletake.film.timing import Timecode


def completed(text: str, clock: Clock) -> str:
    """The adapter's XML of clips one after the other, at one clock → the same with labels of ours, and linked."""
    root = fromstring(text)
    for timecode in root.iter("timecode"):
        frame = int(timecode.findtext("frame", ""))
        for label in timecode.iter("string"):
            label.text = str(Timecode(frame, clock.rate, clock.drop))
    _link(root)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{tostring(root, encoding="unicode")}\n'


def _link(root: Element) -> None:
    """Items that begin at the same frame are picture and sound of one clip; each names all of them."""
    together: dict[str, list[tuple[Element, str, int, int]]] = defaultdict(list)
    for kind in ("video", "audio"):
        for track_number, track in enumerate(root.findall(f".//sequence/media/{kind}/track"), 1):
            for number, item in enumerate(track.findall("clipitem"), 1):
                together[item.findtext("start", "")].append((item, kind, track_number, number))
    for items in together.values():
        for item, *_ in items:
            for other, kind, track_number, number in items:
                link = SubElement(item, "link")
                told = (other.get("id"), kind, str(track_number), str(number))
                for tag, value in zip(("linkclipref", "mediatype", "trackindex", "clipindex"), told, strict=True):
                    SubElement(link, tag).text = value
