"""Faults of the machine: builds that are killed, disks that are full, files that are no files."""
