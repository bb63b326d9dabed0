"""Measured ratios against a plain script of the same parser and packer; not run by pytest."""
