"""The roles of people. A person has one in the whole company, or in one production (`bikes:producer`)."""

ROLES = ("camera", "editorial", "script", "director", "producer", "vendor", "admin")
