"""What a person does about the ledger itself: restore a lost one, write its ids into the sources, forget what left.

Like the pipeline, which they build on, these put stages together; each is told of in its own module.
"""
