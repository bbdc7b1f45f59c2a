"""The world of the first week: citizens, employers, jobcentres and municipalities, and how they are drawn."""
