"""Text that is written to make a compiler slow, to make it fail, or to bring something past it."""
