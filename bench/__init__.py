"""What is said to be fast, measured against the naive way: user + system CPU, as ratios, interleaved in one run."""
