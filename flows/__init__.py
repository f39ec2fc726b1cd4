"""Prefect: one flow run per case, the worker that runs it, and the ticker that looks after all
cases.
"""
