"""The review API, Cognito and the picture store as the page meets them, on loopback, from the standard library.

The page and the API live under a path prefix of one origin; the store is another origin without CORS, as S3 is.
Tests hold a `FakeStudio`, change what it knows, and look at what the page makes of it.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from circletake.contracts.keys import RollRef
from circletake.film.report import tell_report
from tests.web.fake_characters import FakeCharacters
from tests.web.fake_days import FakeDays
from tests.web.fake_looks import FakeLooks, Refused
from tests.web.fake_store import Handler, Store
from tests.web.verdicts import ADA, JUDGED

PREFIX = "/_aws/execute-api/a1b2c3/$default"
TEXTS = (".vtt", ".json")
Json = dict[str, Any]


@dataclass
class Account:
    """Somebody who may sign in. `first_time` asks for a new password."""

    password: str
    productions: list[str]
    first_time: bool = False
    roles: tuple[str, ...] = ("producer",)


@dataclass
class FakeStudio:
    """What the studio knows. Use it as a context manager: it serves from `start` to `stop`."""

    page_dir: Path
    media_dir: Path
    accounts: dict[str, Account] = field(default_factory=dict)
    #: (production, unit, day, roll) → {"clips": […], "files": […]}
    rolls: dict[tuple[str, str, str, str], Json] = field(default_factory=dict)
    #: The same → the roll's card.
    cards: dict[tuple[str, str, str, str], Json] = field(default_factory=dict)
    #: What people asked to be done to cards. While `refusal` is set, nothing is done: (status, sentence).
    acts: list[Json] = field(default_factory=list)
    refusal: tuple[int, str] | None = None
    #: The roll as Avid logs: {"name", "text"}.
    ales: list[Json] = field(default_factory=list)
    looks: FakeLooks = field(default_factory=FakeLooks)
    people: FakeCharacters = field(default_factory=FakeCharacters)
    days: FakeDays = field(default_factory=FakeDays)
    #: (clip, kind in lower case) → what a model answered.
    answers: dict[tuple[str, str], bytes] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    grant_s: int = 3600
    #: While true, every call of the API is answered with 503.
    down: bool = False
    _serial: int = 0

    def __enter__(self) -> "FakeStudio":
        self._servers = [
            ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (kind,), {"studio": self})) for kind in (_Door, Store)
        ]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.origin, self.store = (f"http://127.0.0.1:{server.server_port}" for server in self._servers)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def page(self) -> str:
        return f"{self.origin}{PREFIX}/"

    @property
    def policy(self) -> str:
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
            f"img-src 'self' {self.store}; media-src 'self' {self.store}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def expire_sessions(self) -> None:
        """Nobody is signed in any more, and no refresh token helps."""
        self.tokens.clear()
        self.refresh_tokens.clear()

    def issue(self, kind: str) -> str:
        self._serial += 1
        return f"{kind}-{self._serial}"

    def sign_in(self, username: str) -> Json:
        id_token = self.issue("id")
        self.tokens[id_token] = username
        return {"IdToken": id_token, "AccessToken": self.issue("access"), "ExpiresIn": 3600, "TokenType": "Bearer"}


class _Door(Handler):
    """The page, the API, the grants, and Cognito."""

    def do_GET(self) -> None:  # noqa: N802 (as the standard library calls it)
        path = unquote(urlsplit(self.path).path)
        if not path.startswith(f"{PREFIX}/"):
            return self.refuse(HTTPStatus.NOT_FOUND)
        path = path.removeprefix(f"{PREFIX}/")
        if path.startswith("api/"):
            return self.api(path.removeprefix("api/"))
        if path.startswith("media/"):
            return self.media(path)
        return self.page(path or "index.html")

    def do_POST(self) -> None:  # noqa: N802 (as the standard library calls it)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = unquote(urlsplit(self.path).path)
        if path == "/":
            return self.cognito(json.loads(body))
        return self.api(path.removeprefix(f"{PREFIX}/api/"), body)

    def page(self, name: str) -> None:
        file = self.studio.page_dir / name
        if not file.is_file():
            return self.refuse(HTTPStatus.NOT_FOUND)
        kind = guess_type(name)[0] or "application/octet-stream"
        return self.answer(200, file.read_bytes(), kind, Content_Security_Policy=self.studio.policy)

    def api(self, call: str, body: bytes = b"") -> None:
        studio = self.studio
        studio.calls.append(call)
        if studio.down:
            return self.answer(503, b"<html>Service Unavailable</html>", "text/html")
        if call == "config":
            return self.say({"cognito_url": f"{studio.origin}/", "client_id": "client"})
        username = studio.tokens.get(self.headers.get("Authorization", ""))
        if username is None:
            return self.answer(401, b'{"message":"Unauthorized"}')
        return self.known(call, body, username)

    def known(self, call: str, body: bytes, name: str) -> None:
        """Answers somebody who is signed in."""
        studio, account = self.studio, self.studio.accounts[name]
        own = account.productions
        if call == "productions":
            return self.say({"productions": [{"production": name, "roles": account.roles} for name in own]})
        production = call.split("/")[1]
        if production not in own:
            return self.refuse(HTTPStatus.FORBIDDEN)
        if call.endswith("/grants"):
            grant = studio.issue("grant")
            studio.grants[grant] = production
            return self.say({"grant": grant, "expires_at": int(time.time()) + studio.grant_s})
        asked = call.removeprefix(f"productions/{production}/")
        if re.fullmatch(r"looks|characters|characters/[^/]+/withdraw|find|analyse|spend", asked):
            return self.taken(lambda: self.of_production(production, asked, body, account.roles))
        if asked == "days":
            return self.taken(lambda: studio.days.listed(production, account.roles))
        if of_day := re.fullmatch(r"units/([^/]+)/days/([^/]+)(?:/((?:corrections|papers|facts|export).*))?", asked):
            day = (production, of_day[1], of_day[2])
            return self.taken(lambda: studio.days.answer(day, of_day[3] or "", body, name, account.roles))
        if call.endswith("/rolls"):
            own_rolls = [(key, roll) for key, roll in studio.rolls.items() if key[0] == production]
            return self.say({"rolls": [_roll(key, roll, studio.cards.get(key)) for key, roll in own_rolls]})
        found = re.fullmatch(r"productions/(.+)/units/(.+)/days/(.+)/rolls/([^/]+)/(.+)", call)
        key = (found[1], found[2], found[3], found[4]) if found else ("", "", "", "")
        if not found or key not in studio.rolls:
            return self.refuse(HTTPStatus.NOT_FOUND)
        return self.of_roll(key, found[5], body, account.roles)

    def taken(self, act: Callable[[], Json]) -> None:
        """Says what comes of it, or why it was refused."""
        try:
            return self.say(act())
        except Refused as refused:
            return self.answer(refused.status, json.dumps(refused.told).encode())

    def of_production(self, production: str, asked: str, body: bytes, roles: tuple[str, ...]) -> Json:
        """Looks, characters, search, and what analysis costs."""
        studio, people = self.studio, self.studio.people
        if asked == "looks":
            return {"look": studio.looks.set(json.loads(body), roles)} if body else studio.looks.tell(roles)
        if asked == "characters":
            return people.add(json.loads(body), roles) if body else people.tell(roles)
        if asked == "find":
            return people.find(parse_qs(urlsplit(self.path).query), production, studio.rolls, studio.answers)
        if asked == "spend":
            return people.spent(roles)
        if asked == "analyse":
            people.asked.append(("analyse", json.loads(body)))
            return {"ordered": True}
        return people.withdraw(asked.split("/")[1])

    def of_roll(self, key: tuple[str, str, str, str], asked: str, body: bytes, roles: tuple[str, ...]) -> None:
        studio, contents = self.studio, self.studio.rolls[key]
        card = studio.cards.get(key, {"status": None, "bits": None, "picture": None, "cards": []})
        if asked == "clips":
            return self.say(contents)
        if asked == "card":
            return self.say(card)
        if asked == "cast":
            return self.taken(lambda: studio.people.list_cast(json.loads(body), contents["clips"], roles))
        if asked == "slate":
            return self.taken(lambda: studio.people.tell_slate(json.loads(body), contents["clips"], roles))
        if asked == "card/acts":
            return self.act(card, json.loads(body))
        if asked == "card/manifest":
            (offload,) = parse_qs(urlsplit(self.path).query)["offload"]
            names = ("ascmhl/0002_A001_2026-10-14.mhl", "ascmhl/ascmhl_chain.xml")
            return self.say({"files": [{"name": name, "text": f"<of {offload}>"} for name in names]})
        roll = RollRef(production=key[0], unit=key[1], day=key[2], roll=key[3])
        if asked == "ale":
            return self.say({"files": studio.ales})
        if asked == "report":
            return self.say(tell_report(roll, card, contents["clips"], contents["files"]))
        return self.refuse(HTTPStatus.NOT_FOUND)

    def act(self, card: Json, asked: Json) -> None:
        """Does to a card what was asked, as far as a page can see."""
        studio = self.studio
        (on,) = [each for each in card["cards"] if each["offload"] == asked["offload"]]
        closed = (asked.get("code"), asked.get("path"), asked.get("about"), asked["act"])
        known = [(each["code"], each["path"], each["about"], each["closable"]) for each in on["reasons"]]
        refusal = studio.refusal
        if asked["act"] != "RELEASE" and closed not in known:
            refusal = (409, "The card has no such open reason.")
        if refusal:
            status, sentence = refusal
            told = {"code": "REFUSED", "sentence": sentence, "next_step": "See what is open first."}
            return self.answer(status, json.dumps(told).encode())
        studio.acts.append(asked)
        said = {"act": asked["act"], **ADA, "at": JUDGED, "reason": asked["reason"]}
        on["acts"].append({**said, "code": asked.get("code"), "path": asked.get("path"), "volume": None})
        if asked["act"] == "RELEASE":
            on["released"] = {**ADA, "at": JUDGED, "reason": asked["reason"], "status": on["status"]}
        on["reasons"] = [each for each, key in zip(on["reasons"], known, strict=True) if key != closed]
        return self.say({"act": asked["act"]})

    def media(self, path: str) -> None:
        _, grant, name = path.split("/", 2)
        if grant not in self.studio.grants:
            return self.refuse(HTTPStatus.GONE)
        analysis = re.search(r"/([^/]+)/analysis/(\w+)\.json$", name)
        if analysis:
            told = self.studio.answers.get((analysis[1], analysis[2]))
            return self.answer(200, told) if told else self.refuse(HTTPStatus.NOT_FOUND)
        if not name.endswith(TEXTS):
            return self.answer(302, Location=f"{self.studio.store}/{self.studio.grants[grant]}/{name}?signed=1")
        file = self.studio.media_dir / name.split("/")[-3] / name.split("/")[-1]
        return self.answer(200, file.read_bytes(), guess_type(name)[0] or "text/vtt")

    def cognito(self, asked: Json) -> None:
        studio, action = self.studio, self.headers["X-Amz-Target"].split(".")[1]
        if action == "RevokeToken":
            studio.refresh_tokens.pop(asked["Token"], None)
            return self.say({})
        given = asked.get("AuthParameters") or asked["ChallengeResponses"]
        if asked.get("AuthFlow") == "REFRESH_TOKEN_AUTH":
            username = studio.refresh_tokens.get(given["REFRESH_TOKEN"])
            return self.say({"AuthenticationResult": studio.sign_in(username)}) if username else self.deny()
        account = studio.accounts.get(given["USERNAME"])
        if action == "RespondToAuthChallenge" and account and asked["Session"] == "first":
            account.password, account.first_time = given["NEW_PASSWORD"], False
        elif not account or account.password != given["PASSWORD"]:
            return self.deny()
        if account.first_time:
            return self.say({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "first"})
        refresh = studio.issue("refresh")
        studio.refresh_tokens[refresh] = given["USERNAME"]
        return self.say({"AuthenticationResult": {**studio.sign_in(given["USERNAME"]), "RefreshToken": refresh}})

    def say(self, answer: Json) -> None:
        self.answer(200, json.dumps(answer).encode())

    def deny(self) -> None:
        refusal = {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}
        self.answer(400, json.dumps(refusal).encode())

    def refuse(self, status: HTTPStatus) -> None:
        told = {"code": status.name, "sentence": f"{status.phrase}.", "next_step": "Go back to the start."}
        self.answer(status, json.dumps(told).encode())


def _roll(key: tuple[str, str, str, str], contents: Json, card: Json | None) -> Json:
    counted: dict[str, int] = {}
    ends = ("DELIVERED", "KEPT", "REJECTED", "NEEDS_ATTENTION")
    for clip in contents["clips"]:
        state = clip["state"] if clip["state"] in ends else "OPEN"
        counted[state] = counted.get(state, 0) + 1
    return {
        "unit": key[1],
        "day": key[2],
        "roll": key[3],
        "files": len(contents["clips"]) + len(contents["files"]),
        "open": counted.get("OPEN", 0),
        "closed": not counted.get("OPEN"),
        "closing": 0 if counted.get("OPEN") else 1,
        "clips": counted,
        "card": card and card["status"],
    }
