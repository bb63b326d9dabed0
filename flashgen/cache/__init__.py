"""What earlier builds found out, so that the next one need not: lost or stale, it costs time and nothing else.

`kept` has what became of each source, for builds after an edit; `last` has the outcome of the last build as a whole,
for the commands that come when nothing has changed. Both stand in `.flashgen_cache` as JSON, signed by a key of this
machine (`store`): a cache that comes with somebody else's project is not believed, since its HTML would go to Anki
unchecked.
"""
