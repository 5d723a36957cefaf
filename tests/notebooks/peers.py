"""What jupytext and nbformat make of the notebooks and scripts that Regulars has written.

Usage: peers.py SCRIPT NOTEBOOK; ends with 0 where both agree, and tells where they do not.
"""

import sys

import jupytext
import nbformat

script, notebook = sys.argv[1:]
with open(notebook, encoding="utf-8") as file:
    ours = nbformat.read(file, as_version=4)
nbformat.validate(ours)
with open(script, encoding="utf-8") as file:
    theirs = jupytext.reads(file.read(), fmt={"extension": ".rs", "format_name": "percent"})

assert len(ours.cells) == len(theirs.cells), (len(ours.cells), len(theirs.cells))
for number, (mine, other) in enumerate(zip(ours.cells, theirs.cells), start=1):
    assert mine.cell_type == other.cell_type, (number, mine.cell_type, other.cell_type)
    assert mine.source == other.source, (number, mine.source, other.source)
    assert mine.metadata.get("title", "") == other.metadata.get("title", ""), (number, mine.metadata, other.metadata)
names = [cell.id for cell in ours.cells]
assert len(set(names)) == len(names), names
print(len(names), "cells agree")
