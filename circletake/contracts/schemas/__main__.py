"""Write the schema of every message beside this file."""

import json
from pathlib import Path

from circletake.contracts.facts import MESSAGES, Message

HERE = Path(__file__).parent


def schema_file(message: type[Message]) -> Path:
    version = message.model_fields["version"].default
    return HERE / f"{message.__name__}.v{version}.json"


def schema_text(message: type[Message]) -> str:
    return json.dumps(message.model_json_schema(mode="serialization"), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    for each in MESSAGES.values():
        schema_file(each).write_text(schema_text(each))
