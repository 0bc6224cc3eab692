"""What the parts say to each other: facts, orders, verdicts, keys and ids. Imports nothing of ours."""
