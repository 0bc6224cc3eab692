"""The catalogue's one table: its keys and its access patterns.

| what                                   | pk                       | sk                     | read by             |
|----------------------------------------|--------------------------|------------------------|---------------------|
| the productions                        | PRODUCTIONS              | production             | page, `status`      |
| the rolls of a production              | PRODUCTION#production    | unit#day#roll          | page, `status`      |
| a roll: counters, offloads, closings   | production#unit#day#roll | ROLL                   | page, closing       |
| a version of a file                    | the roll's               | FILE#hash(key)#version | joining spans, page |
| a version of a clip                    | the roll's               | CLIP#clip_id#version   | page, `status`      |
| RAW clips and proxies of one name      | the roll's               | TWIN#hash(name)        | `inspect`           |
| a job: attempt, lease, outcome         | the roll's               | JOB#job_id             | claim, commit, `why`|
| a fact that is not said yet            | the roll's               | FACT#fact_id           | `say`, `sweep`      |
| an insertion of a card: its verdict    | the roll's               | CARD#offload           | page, `card status` |
| what people did to a roll's cards      | ACTS#the roll's          | moment#id              | judging, page       |
| what a production asks of its copies   | POLICY#production        | moment                 | judging             |
| what a production wants made           | RECIPE#production        | moment                 | planning            |
| the looks of a production, and slates  | LOOKS#production         | level#target#hash      | planning, page      |
| a LUT, compressed, in parts            | LUT#production#sha256    | number                 | planning            |
| an analysis of a clip                  | the roll's               | ANALYSIS#clip#v#kind   | dispatch, collect   |
| a character that was seen in a clip    | the roll's               | SEEN#clip#v#character  | page, erasing       |
| a reference that is being described    | LIKENESS#production      | ENROLMENT#id#number    | dispatch, collect   |
| described faces that may still come    | LIKENESS#production      | OUTSTANDING#job_id     | `compare`, `sweep`  |
| whose answer an object is              | QUESTION#job_id          | QUESTION               | collect             |
| what analysing has cost                | SPEND#production         | SPEND                  | dispatch, page      |
| characters, who play them              | CHARACTERS#production    | CHARACTER#id           | page, `compare`     |
| the reference pictures of a character  | CHARACTERS#production    | REFERENCE#id#number    | dispatch, `compare` |
| such a picture itself                  | CHARACTERS#production    | PICTURE#id#number      | dispatch            |
| that consent was withdrawn             | CHARACTERS#production    | CHARACTER#id#WITHDRAWN | all who look for it |
| who may be seen in a clip              | CHARACTERS#production    | CAST#clip_id#version   | dispatch, `compare` |
| what tells a character from others     | LIKENESS#production      | character#number       | `compare`           |
| where a character was seen             | APPEARANCES#production   | character#roll#clip#v  | page, erasing       |
| what can be searched for, clip by clip | INDEX#production         | roll#clip#v            | `publish`           |
| whether the search is behind           | INDEX#production         | BEHIND                 | `publish`, `sweep`  |
| a sound recorder's file, as it tells   | the roll's               | SOUND#version          | folding a day       |
| where a clip's sound lies, by ear      | the roll's               | LISTENED#clip#v#sound  | folding a day       |
| what papers and people say of a day    | DAY#production#unit#day  | PAPER, CORRECTION, …   | folding a day       |
| what follows of it for slates          | the same                 | TOLD                   | planning, dispatch  |
| the days of which people said anything | DAYS#production          | unit#day               | page, `report day`  |
| a paper's bytes, compressed, in parts  | PAPER#production#sha256  | number                 | folding a day       |
| what a production's headings hold      | COLUMNS#production       | source#heading         | bringing papers in  |
| a grant to see a production's pictures | GRANT#sha256(grant)      | GRANT                  | `/media`            |

What is open carries `open_shard` and `due_at` and so stands in the sparse index `open`; `sweep` reads its shards up
to now. Nothing scans.
"""

import zlib

from circletake.contracts.keys import ClipRef, DayRef, RollRef, short_hash

OPEN_INDEX = "open"
OPEN_SHARDS = 8

PRODUCTIONS = "PRODUCTIONS"
ROLL = "ROLL"
FILE = "FILE#"
CLIP = "CLIP#"
TWIN = "TWIN#"
JOB = "JOB#"
FACT = "FACT#"
GRANT = "GRANT"
CARD = "CARD#"
ANALYSIS = "ANALYSIS#"
ENROLMENT = "ENROLMENT#"
QUESTION = "QUESTION"
OUTSTANDING = "OUTSTANDING#"
SEEN = "SEEN#"
BEHIND = "BEHIND"
SPEND = "SPEND"
CHARACTER = "CHARACTER#"
REFERENCE = "REFERENCE#"
PICTURE = "PICTURE#"
CAST = "CAST#"
SOUND = "SOUND#"
LISTENED = "LISTENED#"
PAPER = "PAPER#"
CORRECTION = "CORRECTION#"
DAY_FACTS = "FACTS#"
TOLD = "TOLD"


def production_pk(production: str) -> str:
    return f"PRODUCTION#{production}"


def roll_listing_sk(roll: RollRef) -> str:
    return f"{roll.unit}#{roll.day}#{roll.roll}"


def day_listing_prefix(day: DayRef) -> str:
    """How the listing of a day's rolls begins."""
    return f"{day.unit}#{day.day}#"


def file_sk(key: str, version: str) -> str:
    """A path can outgrow a sort key (1,024 bytes), so its hash stands in for it."""
    return f"{FILE}{short_hash(key)}#{version}"


def clip_sk(clip: ClipRef) -> str:
    return f"{CLIP}{clip.clip_id}#{clip.version}"


def read_clip_sk(roll: RollRef, sk: str) -> ClipRef:
    """The sort key of a CLIP row → the clip."""
    _, clip_id, version = sk.split("#")
    return ClipRef(roll=roll, clip_id=clip_id, version=version)


def twin_sk(name: str) -> str:
    return f"{TWIN}{short_hash(name)}"


def job_sk(job_id: str) -> str:
    return f"{JOB}{job_id}"


def fact_sk(origin: str, name: str) -> str:
    """The row a fact comes from and the fact's name → its key: the same transition says the same fact."""
    return f"{FACT}{short_hash(origin, name)}"


def card_sk(offload: str) -> str:
    return f"{CARD}{offload}"


def acts_pk(partition: str) -> str:
    """Apart from the roll's own rows: the only ones that the page's function may write."""
    return f"ACTS#{partition}"


def policy_pk(production: str) -> str:
    return f"POLICY#{production}"


def recipe_pk(production: str) -> str:
    return f"RECIPE#{production}"


def looks_pk(production: str) -> str:
    return f"LOOKS#{production}"


def lut_pk(production: str, sha256: str) -> str:
    """Not in a bucket: what is set for a show has to outlive what was made with it."""
    return f"LUT#{production}#{sha256}"


def look_prefix(level: str, target: str, roll: RollRef | None) -> str:
    """What a look is for → how its keys begin. Targets are free text, so their hash stands in for them."""
    return f"{level}#{short_hash(target, roll.partition if roll else '')}#"


def slate_prefix(roll: RollRef, clip: str = "") -> str:
    """A roll, or one of its clips by name → how the keys of its slates begin."""
    of_clip = f"{short_hash(clip)}#" if clip else ""
    return f"SLATE#{short_hash(roll.partition)}#{of_clip}"


def analysis_sk(clip: ClipRef, kind: str = "") -> str:
    """An analysis of a clip; without a kind, how the keys of all of them begin."""
    return f"{ANALYSIS}{clip.clip_id}#{clip.version}#{kind}"


def enrolment_sk(character: str, number: int | None = None) -> str:
    """A reference that is being described; without a number, how the keys of all of a character begin."""
    return f"{ENROLMENT}{character}#{'' if number is None else f'{number:04}'}"


def outstanding_sk(job_id: str) -> str:
    """A question about faces that was replaced while a model was at it: its answer may still come."""
    return f"{OUTSTANDING}{job_id}"


def question_pk(job_id: str) -> str:
    return f"QUESTION#{job_id}"


def seen_sk(clip: ClipRef, character: str = "") -> str:
    return f"{SEEN}{clip.clip_id}#{clip.version}#{character}"


def spend_pk(production: str) -> str:
    return f"SPEND#{production}"


def characters_pk(production: str) -> str:
    """What people say of characters: the page's function writes here, and nothing that a model said stands here."""
    return f"CHARACTERS#{production}"


def character_sk(character: str) -> str:
    return f"{CHARACTER}{character}"


def withdrawal_sk(character: str) -> str:
    """Beside the character, because it is written once and for good by whom nothing may change."""
    return f"{CHARACTER}{character}#WITHDRAWN"


def reference_sk(character: str, number: int | None = None) -> str:
    """A reference of a character; without a number, how the keys of all of them begin."""
    return f"{REFERENCE}{character}#{'' if number is None else f'{number:04}'}"


def picture_sk(character: str, number: int | None = None) -> str:
    """Apart from what is told of it, so that nobody reads pictures in order to list characters."""
    return f"{PICTURE}{character}#{'' if number is None else f'{number:04}'}"


def cast_sk(clip: ClipRef) -> str:
    return f"{CAST}{clip.clip_id}#{clip.version}"


def likeness_pk(production: str) -> str:
    """Embeddings of consented faces, and what is asked to get them: the page's function may not read here."""
    return f"LIKENESS#{production}"


def likeness_sk(character: str, number: int | None = None) -> str:
    return f"{character}#{'' if number is None else f'{number:04}'}"


def appearances_pk(production: str) -> str:
    return f"APPEARANCES#{production}"


def appearance_sk(character: str, clip: ClipRef | None = None) -> str:
    """A character in a clip; without a clip, how the keys of all appearances begin."""
    return f"{character}#" + (f"{clip.roll.partition}#{clip.clip_id}#{clip.version}" if clip else "")


def index_pk(production: str) -> str:
    return f"INDEX#{production}"


def index_sk(clip: ClipRef) -> str:
    return f"{clip.roll.partition}#{clip.clip_id}#{clip.version}"


def sound_sk(version: str) -> str:
    """A version of a recorder's file → the row of what it says of itself."""
    return f"{SOUND}{version}"


def listened_sk(clip: ClipRef, sound: str = "") -> str:
    """A clip and a version of a recorder's file; without the file, how the keys of all of a clip begin."""
    return f"{LISTENED}{clip.clip_id}#{clip.version}#{sound}"


def day_pk(day: DayRef) -> str:
    """What people say of a day: the page's function writes here."""
    return f"DAY#{day.name}"


def days_pk(production: str) -> str:
    return f"DAYS#{production}"


def day_sk(day: DayRef) -> str:
    return f"{day.unit}#{day.day}"


def paper_sk(name: str, at: str = "") -> str:
    """A paper, and the moment at which it was brought in; without that, how the keys of all its versions begin."""
    return f"{PAPER}{short_hash(name)}#{at}"


def correction_sk(at: str, correction: str) -> str:
    return f"{CORRECTION}{at}#{correction}"


def day_facts_sk(at: str) -> str:
    return f"{DAY_FACTS}{at}"


def paper_pk(production: str, sha256: str) -> str:
    """Not in a bucket: what was said of a day has to outlive what was made of it."""
    return f"PAPER#{production}#{sha256}"


def columns_pk(production: str) -> str:
    return f"COLUMNS#{production}"


def grant_pk(hashed: str) -> str:
    return f"GRANT#{hashed}"


def open_shard(sk: str) -> str:
    return f"open#{zlib.crc32(sk.encode()) % OPEN_SHARDS}"
