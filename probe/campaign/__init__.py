"""Campaigns: which hotlines are called, by which callers, when and how often, and what came of it.

definition   a campaign's YAML file
policy       what may be dialled at all: the one file with those rules
plan         every call of a campaign with its time, before anything is dialled (pure)
store        the database: plan, attempts, what was heard, who overruled what
queue        which worker dials when (DBOS)
worker       a process that dials
"""
