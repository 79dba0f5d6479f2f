"""Trunks: the SIP providers that calls go through, how they want numbers dialled, and whether they work.

trunk file ──▶ file.py (what may be written) ──▶ Trunk (probe.line.trunk) ──▶ line
number     ──▶ plan.py (dial plan)           ──▶ address                  ──▶ line
"""
