"""
A truthful legacy history: learners who use the service of before ADR 0005 over years, simulated by seed.

The simulation knows which program each request was made for, as no table of that time does. It hands that truth to a
file, and everything else to the database, so that inference can be judged against what really happened.
"""
