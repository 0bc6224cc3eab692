"""What a production may spend on analysis is spent → the message to its producers."""

from circletake.contracts.facts import BudgetReached
from functions.notify.letter import letter
from functions.notify.notify import Digest


def write_budget_message(reached: BudgetReached, page_url: str) -> Digest:
    """Nothing more is asked of the models, and what that means for the footage: nothing."""
    sentence = (
        f"{reached.spent_usd:.2f} USD of the {reached.budget_usd:.2f} USD that this production may spend on analysis "
        "are spent or reserved. New clips are still checked, transcoded and shown; no model looks at them until the "
        "budget is raised in the production's recipe."
    )
    link = f"{page_url}#/{reached.production}"
    html = letter(
        reached.production, "The analysis budget is spent", f"<p>{sentence}</p>", link, "See the production",
        colour="#a16207",
    )  # fmt: skip
    text = "\n".join([sentence, "", f"The production: {link}", ""])
    return Digest(f"{reached.production}: the analysis budget is spent", text, html)
