"""Runs: from a request to a folder of results.

``plan`` checks a request and takes it apart into runs, ``run`` does those that are missing and merges them,
``execute`` says where they run, ``store`` and ``tables`` how they are kept, ``estimate`` what they cost.
Nothing is imported here: the command line must be able to refuse bad input before anything heavy loads.
"""
