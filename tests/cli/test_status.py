"""`circletake status`: its words."""

from circletake.cli.status import ordinal


def test_a_roll_that_ended_again_is_counted_as_people_count() -> None:
    counted = [ordinal(number) for number in (2, 3, 4, 11, 12, 13, 21, 22, 111, 123)]
    assert counted == ["2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "111th", "123rd"]
