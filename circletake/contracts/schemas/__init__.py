"""The JSON Schema of every message, for who does not write Python. `python -m circletake.contracts.schemas` updates it.

Only additions are allowed: a message that was once on the bus is still read after a deployment.
"""
