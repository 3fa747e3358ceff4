"""The parts of exported programs that are the same in every program, as code.

A program takes the source of those it needs. What differs from plan to plan they import from
``placeholders``, whose names each program defines itself. Where a part has variants, each is in a
separate module that defines the same name.
"""
