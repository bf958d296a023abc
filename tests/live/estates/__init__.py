"""The test estates: a healthy shop in many forms, and one fault at a time."""

from . import rest_lambda

FAMILIES = (rest_lambda,)
BY_NAME = {estate.name: estate for family in FAMILIES for estate in family.ESTATES}
