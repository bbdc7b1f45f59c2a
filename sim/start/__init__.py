"""The first week: people, jobs and jobcentres of Denmark at the start of a run."""
