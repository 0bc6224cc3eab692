"""From a card to volumes and into the bucket: every byte is read once, and nothing is lost between two runs."""
