"""The test estates: a healthy shop in many forms, and one fault at a time."""

from . import aws_service, private, rest_lambda, v2_lambda

FAMILIES = (rest_lambda, v2_lambda, private, aws_service)
BY_NAME = {estate.name: estate for family in FAMILIES for estate in family.ESTATES}
