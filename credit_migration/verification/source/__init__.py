"""
Objects that the host has loaded → what their source does when they are called, and who calls them.

Read it in this order; each module says in its first line what goes in and what comes out.

1. ``engine``: the whole of it, on one page. ``folders``, ``files`` and ``program`` say which code is the host's and
   give its syntax trees; ``tables`` and ``wiring`` say what its models and its signals, tasks and commands are;
   ``lookups`` and ``in_process`` say what is registered with Django's queries and with Python.
2. ``entries``: where the host's code starts. A ``Root`` is a function that the host runs by itself.
3. ``runs``: one root is read by a machine of its own, and what was seen becomes a ``Run``.
4. ``ways`` and ``leftovers``: all runs together are judged. These two decide; all before them reads. ``unheld`` and
   ``emptied`` say what import left, ``switched`` what a switch would have left, ``unnamed`` and ``unimported`` what
   nothing makes or imports.

The machine (``machine``) interprets source with the values of ``values`` and ``code``. It is one class, ``Statements``,
made in layers; a layer calls those below it, and those above it by the abstract methods of ``machine.state``:

- ``state``, ``memory``, ``lazies``, ``names``: the calls on the way, what objects hold, what a name stands for
- ``members``, ``attributes``: ``object.name``, by MRO and descriptors, as Python reads it
- ``callbacks``, ``objects``, ``generators``, ``functions``, ``calls``: what a call runs, what library code calls
- ``stores``, ``signals``, ``rows``, ``holders``: what is sent or kept, Django's signals and models, containers
- ``rendering``, ``keeping``, ``tasks``, ``handing``, ``library``: other library code; ``special``, ``channels``: tables
- ``items``, ``operators``, ``displays``, ``expressions``: expressions
- ``assignments``, ``branches``, ``patterns``, ``definitions``, ``statements``: statements
"""
