"""Simple notes: read straight from their lines where nothing in them needs the parser to be understood.

Most cards that people write are a question and an answer in plain sentences, a short list, a line of code. Of such a
note everything is known from its lines: the parser, and the stages that walk over its tokens, would say the same, more
slowly. What is not certainly simple is left to them, with blank lines where simple notes stood: the notes of one file
may be of both kinds. `tests/test_simple.py` holds both readings equal, for any text.
"""

from flashgen.simple.finding import Found, find

__all__ = ["Found", "find"]
