"""The base of everything that travels: frozen, strict when written, and exact about numbers."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

RATIONAL = r"^\d{1,12}/\d{1,12}$"


class Wire(BaseModel):
    """A value on the wire. Written with nothing extra; `allow_inf_nan` is off, so no NaN ever travels."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


def _to_fraction(value: Any) -> Any:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str) or "/" not in value:
        raise ValueError("a rational travels as 'numerator/denominator', never as a float")
    numerator, denominator = value.split("/", 1)
    if not (numerator.isascii() and numerator.isdigit() and denominator.isascii() and denominator.isdigit()):
        raise ValueError("a rational is two unsigned integers")
    if int(denominator) == 0:
        raise ValueError("a rational with a denominator of zero says nothing")
    return Fraction(int(numerator), int(denominator))


def _from_fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


#: An exact, unsigned rational: '24000/1001' on the wire, `Fraction` in the code.
Rational = Annotated[
    Fraction,
    BeforeValidator(_to_fraction),
    PlainSerializer(_from_fraction, return_type=str),
    WithJsonSchema({"type": "string", "pattern": RATIONAL}),
]
