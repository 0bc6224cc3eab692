"""The headings of papers → which field of `Said`, or which flag, each column holds.

Case, blanks and punctuation count for nothing: "TC In", "tc-in" and "TC IN:" are one. Sources, by program:
- RED: REDline's metadata CSV, ARRI: Meta Extract's, Sony VENICE and Canon: metadata by frame. Their headings were read
  in real files, those that SMPTE's project ris-osvp-metadata-camdkit tests with.
- DaVinci Resolve: the CSV of its media pool's metadata, as programs on GitHub that read it describe it, among them that
  Good Take is called Tag there. Not checked on a real file.
- Sound Devices: the manuals of the 664, for what stands above the table, and of the 970 (Scene/Shot); Aaton: the
  Cantar's (Seq/Scene, TC Start, TC End). Not checked on a real report; other headings of theirs, Wingman's and
  Zaxcom's: knowledge of the field, not checked on a real paper.
- VES Camera Report Interchange Format: its specification (Slate, Camera Letter, Scene Number). Not checked on a file.
- Avid: the columns of an ALE as Media Composer has them (Camroll, Soundroll, Tape). Not checked on a real file.
- ScriptE, MovieSlate and other script logs, ZoeLog, Silverstack: knowledge of the field, not checked on a
  real paper.
- German, French, Spanish and Italian papers: the words of the field, not checked on real papers. Words that mean
  several things there are left out: Bild, Ton, Rolle, clap, son, carte, claqueta, ciak, ripresa.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from circletake.contracts.takes import Flag, Said, Source
from circletake.film.manifests.xml import shown

#: What a column may hold: what a person may map a heading to.
FIELDS = frozenset({name for name in Said.model_fields if name != "line"} | set(Flag))
#: What tells which take, clip or sound a row is about.
NAMING = frozenset({"scene", "setup", "slate", "take", "clips", "sounds"})
#: Each column of these has its own part of what is said; of the others one column says it.
_GATHERED = frozenset({"filters", "note", "flags"})
#: What logs of several cameras have a column of for each.
_BY_CAMERA = ("clips", "roll", "lens")

#: Field → headings, the one that says it best first; in plain spelling.
_ANY: dict[str, str] = {
    "scene": "scene, scn, sc, seq scene, scene slate, scene shot, scene take, scene setup take, scene shot take",
    "setup": "setup, set up, shot, shot letter, setup take",
    "slate": "slate, slate take, slt",
    "take": "take, tk, tke",
    "camera": "camera index, camera letter, cam id, camera, cam",
    "roll": "cam reel id, camroll, camera roll, cam roll, camera card, roll card, camera reel, cr, roll, "
            "card, mag, magazine, reel name, reel id, reel, tape, tape name",
    "sound_roll": "soundroll, sound roll, snd roll, audio roll, sound card, sound reel, sr",
    "clips": "camera clip name, clip name, clips, camera clip, camera file, picture file, clip, name, "
             "file name, file, source file, source file name",
    "sounds": "sound files, sound file, sound file name, audio file, audio file name, audio files, wav, wav file, "
              "wav filename, sound clip, sound",
    "starts": "start tc, tc start, start timecode, timecode start, tc in, timecode in, abs tc, start, in",
    "ends": "end tc, tc end, end timecode, timecode end, tc out, timecode out, end abs tc, stop tc, end, out",
    "lens": "lens, lens name, lens model, lens type, focal length, focal length mm, mm",
    "exposure_index": "exposure index asa, exposure index, ei, iso, asa, iso asa, ei iso, iso ei, camera iso",
    "white_balance": "white balance, wb, white balance kelvin, white point kelvin, kelvin, color temp, colour temp, "
                     "color temperature, colour temperature, cct",
    "filters": "filters, filter, nd filter type, nd, nd filter, camera filter, filtration, diffusion",
    "shutter": "shutter angle, shutter deg, shutter, shutter speed, exposure time",
    "sensor_fps": "sensor fps, record fps, recording fps, capture fps, shooting fps, camera fps, camera speed",
    "note": "note, notes, comment, comments, remark, remarks, description, descript, script notes, camera notes, "
            "sound notes, director notes, directors notes, edit notes, editor notes, editors notes, post notes, "
            "take notes, continuity notes, scene description, shot description, clip notes",
    "flags": "flags, take flags",
    Flag.CIRCLED: "circled, circle, circle take, circled take, print, printed, good take, select, tag",
    Flag.PICKUP: "pu, pickup",
    Flag.SERIES: "ser, series",
    Flag.MOS: "mos",
    Flag.TAIL_SLATE: "tail slate, tail, ts, end slate, end board, eb",
    Flag.FALSE_START: "false start, fs",
    Flag.WILD_TRACK: "wild track, wild, wt, wild line",
    Flag.VFX_REFERENCE: "vfx reference, vfx ref",
}  # fmt: skip
#: The same in German, French, Spanish and Italian.
_ELSEWHERE: dict[str, str] = {
    "scene": "szene, szenen, szene einstellung, szene take, szene einstellung take, scène, séquence, séq, "
             "séquence plan, séquence plan prise, escena, secuencia, escena plano, escena plano toma, scena, sequenza",
    "setup": "einstellung, einst, plan, plano, inquadratura, inq",
    # On a German slate without a take the clapper counts the takes.
    "take": "prise, toma, klappe",
    "camera": "kamera, caméra, cámara, macchina da presa, mdp",
    "roll": "kamerarolle, bildrolle, magazin, speicherkarte, kamerakarte, bobine, bobine caméra, "
            "bobine image, magasin, carte caméra, rollo, rollo de cámara, tarjeta, tarjeta de cámara, rullo, "
            "rullo camera, scheda camera",
    "sound_roll": "tonrolle, tonkarte, bobine son, rollo de sonido, tarjeta de sonido, rullo audio, rullo suono",
    "clips": "clipname, dateiname, datei, nom du clip, nom de fichier, nom du fichier, fichier, fichier image, "
             "nombre del clip, nombre de archivo, nombre del archivo, archivo, nome clip, nome file, nome del file",
    "sounds": "tondatei, tondateien, audiodatei, audiodateien, fichier son, fichiers son, fichier audio, "
              "archivo de sonido, archivos de sonido, archivo de audio, file audio, file suono",
    "starts": "tc anfang, tc beginn, timecode anfang, timecode beginn, tc début, timecode début, tc inicio, "
              "tc entrada, tc inizio, timecode inizio",
    "ends": "tc ende, timecode ende, tc fin, timecode fin, tc final, tc salida, tc fine, timecode fine",
    "lens": "objektiv, brennweite, objectif, focale, objetivo, óptica, lente, distancia focal, obiettivo, ottica",
    "exposure_index": "empfindlichkeit, sensibilité, sensibilidad, sensibilità",
    "white_balance": "weißabgleich, farbtemperatur, balance des blancs, température de couleur, balance de blancos, "
                     "temperatura de color, bilanciamento del bianco, temperatura colore",
    "filters": "filtre, filtres, filtro, filtros, filtri",
    "shutter": "verschluss, verschlusswinkel, belichtungszeit, obturateur, obturador, otturatore",
    "note": "bemerkung, bemerkungen, anmerkung, anmerkungen, kommentar, kommentare, notiz, notizen, remarque, "
            "remarques, commentaire, commentaires, observation, observations, comentario, comentarios, nota, notas, "
            "observaciones, commento, commenti, osservazioni",
    Flag.CIRCLED: "kopierer, kopiert, kreis, cerclée, cerclé, cercle, prise cerclée, entourée, prise entourée, "
                  "bonne prise, toma buena, buena, buona",
    Flag.MOS: "stumm, muet, muette, sin sonido, muto, muta",
    Flag.TAIL_SLATE: "schlussklappe, clap de fin, claqueta final, ciak in coda",
    Flag.WILD_TRACK: "nur ton, son seul, sonido solo, solo sonido, solo audio",
}  # fmt: skip
#: What the people of one department call by a word that others have for something else, before the rest.
_OWN: dict[Source, dict[str, str]] = {
    Source.SOUND: {
        "sounds": "file name, file, source file, name, sound file, audio file, clip name, clip, dateiname, datei, "
                  "nom de fichier, nom du fichier, fichier, nombre de archivo, nombre del archivo, archivo, nome file, "
                  "nome del file",
        "sound_roll": "soundroll, sound roll, roll, reel, tape, card, media, speicherkarte, bobine, rollo, tarjeta, "
                      "rullo",
        "starts": "start tc, start timecode, timecode start, tc start, timecode, tc, start",
    },
    # Canon's ShotNumber is the name of a clip.
    Source.CAMERA: {"clips": "camera clip name, clip name, clips, clip, shot number"},
    Source.SCRIPT: {
        "starts": "start tc, tc start, start timecode, tc in, timecode in, timecode, tc, start, in",
    },
}  # fmt: skip
#: What many put behind a heading, which says nothing more.
_COUNTS = re.compile(r"(?:number|nummer|num|no|nr)$")
#: Logs with columns for each camera: A Clip, B Cam Roll, Camera C Lens.
_OF_CAMERA = re.compile(
    r"(?:(?:cam|camera)(?P<behind>[a-h])|(?P<before>[a-h])(?:cam|camera)?)"
    r"(?:(?P<clips>clips?(?:name)?)|(?P<roll>roll|card|mag|reel)(?:name)?|(?P<lens>lens))"
)
#: What papers tell and nobody has to, as recordings tell it themselves.
_DURATIONS = (
    "duration, dur, length, len, clip length, clip duration, run time, runtime, running time, trt, dauer, länge, "
    "durée, duración, durata"
)
#: The rate that a sensor took pictures at, or that they are played at: nobody can know.
_RATES = "fps, frame rate, frames per second, rate, bildrate, bilder pro sekunde, images par seconde, cadence"
#: A heading that means this only beside another one: Resolve's tag.
_ONLY_BESIDE = {"tag": "clip directory"}
#: A heading that means something else beside another one: how far a camera leans, beside how far it is tilted.
_NOT_BESIDE = {"camera roll": "camera tilt"}


def plain(heading: str) -> str:
    """'TC In:' → 'tcin': a heading as headings are compared."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", heading).casefold()))


def _ranked(source: Source) -> dict[str, tuple[int, str]]:
    """→ each known heading, in plain spelling: how well it says its field, and which."""
    ranked: dict[str, tuple[int, str]] = {}
    for fields in (_OWN.get(source, {}), _ANY, _ELSEWHERE):
        for field, headings in fields.items():
            for rank, heading in enumerate(headings.split(", "), len(ranked)):
                ranked.setdefault(plain(heading), (rank, str(field)))
    return ranked


_KNOWN = {source: _ranked(source) for source in Source}
_BESIDE = {plain(heading): (plain(other), True) for heading, other in _ONLY_BESIDE.items()} | {
    plain(heading): (plain(other), False) for heading, other in _NOT_BESIDE.items()
}


_SELF_TOLD, _UNCLEAR = ({plain(heading) for heading in known.split(", ")} for known in (_DURATIONS, _RATES))


def camera_of_heading(heading: str) -> str | None:
    """'A Cam Roll' → A, the camera whose column it is; None for a column that is no single camera's."""
    match = _OF_CAMERA.fullmatch(plain(heading))
    return (match["behind"] or match["before"]).upper() if match else None


def why_left_out(heading: str, source: Source, fields: Iterable[str]) -> str | None:
    """A heading that was left out, whose paper, and which fields it tells → why, in a sentence; None where nobody can
    know that."""
    name = plain(heading)
    if name in _SELF_TOLD:
        return f"{shown(heading)} is how long something is, which recordings tell themselves, so it was left out."
    # Of a sound report it is the rate of its timecode, and beside the sensor's rate it is that of playing.
    if name in _UNCLEAR and source is not Source.SOUND and "sensor_fps" not in fields:
        return (
            f"{shown(heading)} may be the rate of the sensor or that of playing, so it was left out. If it is the "
            "sensor's, say that it holds sensor_fps."
        )
    return None


def _look_up(heading: str, source: Source) -> tuple[int, str] | None:
    """A heading → how well it says its field, and which; None for one that nobody knows."""
    name, known = plain(heading), _KNOWN[source]
    if match := _OF_CAMERA.fullmatch(name):
        return 0, next(field for field in _BY_CAMERA if match[field])
    return known.get(name) or known.get(_COUNTS.sub("", name))


def is_known(heading: str, source: Source) -> bool:
    """Whether it is known what a heading means, even where its column says nothing of a take, or another says it
    better."""
    return plain(heading) in _SELF_TOLD | _UNCLEAR or _look_up(heading, source) is not None


def known_field(heading: str, source: Source) -> str | None:
    """A heading by itself → the field that it names; None for one that nobody knows."""
    found = _look_up(heading, source)
    return found[1] if found else None


def suggest(headings: Sequence[str], source: Source) -> dict[str, str]:
    """Headings of one paper → heading → field, for those that are known. Of several for one field the best one."""
    spelt = {plain(heading) for heading in headings}
    best: dict[str, tuple[int, str]] = {}
    mapping: dict[str, str] = {}
    for heading in headings:
        name = plain(heading)
        beside = _BESIDE.get(name)
        found = _look_up(heading, source)
        if not found or (beside and (beside[0] in spelt) is not beside[1]):
            continue
        rank, field = found
        if field in _GATHERED or _OF_CAMERA.fullmatch(name):
            mapping[heading] = field
        elif field not in best or rank < best[field][0]:
            best[field] = rank, heading
    mapping |= {heading: field for field, (_, heading) in best.items()}
    return {heading: mapping[heading] for heading in headings if heading in mapping}


def columns_for(headings: Sequence[str], source: Source, given: Mapping[str, str] | None) -> dict[str, str]:
    """Headings, and what a person says of some → heading → field. A person's word counts before what is suggested.

    Given headings are compared as headings are; one that is given no field ("") is left out. Raises `ValueError` where
    what is given is no field.
    """
    said = {plain(heading): field for heading, field in (given or {}).items()}
    if wrong := sorted({field for field in said.values() if field and field not in FIELDS}):
        raise ValueError(f"{', '.join(wrong)}: no column holds that. There are {', '.join(sorted(FIELDS))}.")
    # One that is spelt just so is meant before one that only sounds the same.
    exact = given or {}
    by_person = {heading: exact.get(heading, said[plain(heading)]) for heading in headings if plain(heading) in said}
    rest = [heading for heading in headings if heading not in by_person]
    taken = set(by_person.values()) - _GATHERED
    mapping = by_person | {
        heading: field
        for heading, field in suggest(rest, source).items()
        if field not in taken or (camera_of_heading(heading) and all(map(camera_of_heading, _of(field, by_person))))
    }
    return {heading: mapping[heading] for heading in headings if mapping.get(heading)}


def prefer(given: Mapping[str, str], remembered: Mapping[str, str]) -> dict[str, str]:
    """What a person says of headings now, and what was said of headings before → what holds: what is said now, of a
    heading as of a field that one heading alone can have."""
    taken = {field for field in given.values() if field not in _GATHERED}
    now = {plain(heading) for heading in given}
    kept = {
        heading: field
        for heading, field in remembered.items()
        if plain(heading) not in now and (not field or field not in taken)
    }
    return {**kept, **given}


def _of(field: str, mapping: Mapping[str, str]) -> list[str]:
    return [heading for heading, of in mapping.items() if of == field]


def missing(headings: Iterable[str], given: Mapping[str, str] | None) -> list[str]:
    """→ the headings that a person speaks of and the paper does not have."""
    there = {plain(heading) for heading in headings}
    return [heading for heading, field in (given or {}).items() if field and plain(heading) not in there]
