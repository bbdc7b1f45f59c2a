"""One municipality's decision sheet: the next budget years, ten caseworkers more, and who is comparable."""
