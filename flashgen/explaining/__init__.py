"""What `flashgen explain` tells: what a rule means, and what stands on a line of a source."""
