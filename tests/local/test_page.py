"""The HTTP API as a browser meets it: one origin for the page, the login and the pictures."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from infra.local import studio
from tests.local.conftest import Listened

pytestmark = pytest.mark.studio
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _get(url: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:
    """An address → status, headers and text; a refusal is an answer too."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {k.replace("_", "-"): v for k, v in headers.items()})  # noqa: S310
    try:
        with _direct.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read().decode()


def _token(listened: Listened, name: str, password: str) -> str:
    status, _, text = _get(
        urljoin(listened.studio.page, "/"),
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": listened.studio.outputs["Client"],
            "AuthParameters": {"USERNAME": name, "PASSWORD": password},
        },
        Content_Type="application/x-amz-json-1.1",
        X_Amz_Target="AWSCognitoIdentityProviderService.InitiateAuth",
    )
    assert status == 200, text
    return str(json.loads(text)["AuthenticationResult"]["IdToken"])


def test_the_page_answers_at_an_address_that_a_person_can_read(listened: Listened) -> None:
    assert urlsplit(listened.studio.page).path == "/circletake/"
    assert listened.studio.outputs["PageUrl"] == listened.studio.page
    status, headers, text = _get(listened.studio.page)
    assert (status, headers["content-type"], text) == (200, "text/html", "<h1>Dailies</h1>")


def test_a_call_without_a_token_or_with_a_false_one_is_refused(listened: Listened) -> None:
    call = urljoin(listened.studio.page, "api/productions")
    assert _get(call)[0] == 401
    assert _get(call, Authorization="eyJhbGciOiJub25lIn0.e30.")[0] == 401


def test_a_person_logs_in_and_the_function_sees_the_groups(listened: Listened) -> None:
    studio.add_user(listened.studio, "dee", "Circled-Take-7", ["RIVER:director", "RIVER:camera"])
    token = _token(listened, "dee", "Circled-Take-7")
    status, _, text = _get(urljoin(listened.studio.page, "api/productions"), Authorization=token)
    assert status == 200
    assert set(json.loads(text)["cognito:groups"].strip("[]").split()) == {"RIVER:director", "RIVER:camera"}


def test_media_is_redirected_to_a_presigned_address_of_the_same_origin_that_serves_ranges(listened: Listened) -> None:
    client = listened.studio.session().client("s3")
    client.put_object(Bucket=listened.studio.outputs["Out"], Key="proxy.mp4", Body=b"0123456789")
    status, headers, text = _get(urljoin(listened.studio.page, "media/proxy.mp4"), Range="bytes=2-4")
    assert (status, headers["Content-Range"], text) == (206, "bytes 2-4/10", "234")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://tabloid.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "tabloid.example"}, 403),
        ({}, 200),
    ],
)
def test_a_page_from_elsewhere_in_the_same_browser_is_not_answered(
    listened: Listened, headers: dict[str, str], status: int
) -> None:
    assert _get(listened.studio.page, **headers)[0] == status
    assert _get(urljoin(listened.studio.page, "/_ministack/health"), **headers)[0] == status


def test_the_page_itself_is_answered_when_its_browser_names_it(listened: Listened) -> None:
    assert _get(listened.studio.page, Origin=listened.studio.endpoint)[0] == 200
