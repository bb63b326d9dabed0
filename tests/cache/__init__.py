"""What earlier builds found out is used, and never where something has changed."""
