"""The test estates: a healthy shop in many forms, and one fault at a time."""

from . import aws_service, private_v1, private_v2, rest_lambda, v2_lambda

FAMILIES = (rest_lambda, v2_lambda, private_v1, private_v2, aws_service)
BY_NAME = {estate.name: estate for family in FAMILIES for estate in family.ESTATES}
