"""Roles that API Gateway assumes, and what makes one unusable (R-G10, V-A2)."""

from .aws import allow, deny, policy, trust
from .estate import Fault, error

READS = ["iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"]

GATEWAY = "apigateway.amazonaws.com"


class Roles:
    def __init__(self, world):
        self.iam = world.aws("iam")
        self.arns = world.ids["roles"] = {}
        self.policies = {}
        self.inlined = {}

    def create(self, name, boundary=None):
        bound = {"PermissionsBoundary": boundary} if boundary else {}
        created = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust(GATEWAY)), **bound)
        self.arns[name] = created["Role"]["Arn"]
        self.inlined[name] = {}
        return self.arns[name]

    def trusted_by(self, name, *statements):
        self.iam.update_assume_role_policy(RoleName=name, PolicyDocument=policy(*statements))

    def inline(self, role, name, *statements):
        self.inlined[role][name] = statements
        self.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy(*statements))

    def managed(self, name, *statements):
        created = self.iam.create_policy(PolicyName=name, PolicyDocument=policy(*statements))
        self.policies[name] = created["Policy"]["Arn"]
        return self.policies[name]

    def rewrite(self, name, *statements):
        self.iam.create_policy_version(
            PolicyArn=self.policies[name], PolicyDocument=policy(*statements), SetAsDefault=True
        )

    def attach(self, role, arn):
        self.iam.attach_role_policy(RoleName=role, PolicyArn=arn)

    def detach(self, role, name):
        self.iam.detach_role_policy(RoleName=role, PolicyArn=self.policies[name])

    def bound(self, role, arn):
        self.iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=arn)

    def delete(self, name):
        """IAM deletes a role only when its inline policies are gone."""
        for inline in self.inlined[name]:
            self.iam.delete_role_policy(RoleName=name, PolicyName=inline)
        self.iam.delete_role(RoleName=name)


def role_faults(role, inline, action, other_action, other_resource, routes, prefix=""):
    """What can be wrong with a role whose one inline policy allows one action on one thing."""
    unusable = [error("credentials-role-unusable", *routes)]
    stranger = {"StringEquals": {"aws:SourceAccount": "999988887777"}}

    def trusted_by(*statements):
        return lambda world: world.roles.trusted_by(role, *statements)

    def other_resource_only(world):
        world.roles.inline(role, inline, allow(action, other_resource))

    def other_action_only(world):
        allowed = world.roles.inlined[role][inline][0]
        world.roles.inline(role, inline, allow(other_action, allowed["Resource"]))

    def whole_service(world):
        allowed = world.roles.inlined[role][inline][0]
        world.roles.inline(role, inline, allow(f"{action.split(':')[0]}:*", allowed["Resource"]))

    def denied_too(world):
        world.roles.inline(role, "freeze", deny(action, "*"))

    def no_policy(world):
        world.aws("iam").delete_role_policy(RoleName=role, PolicyName=inline)

    def boundary_of_another_service(world):
        world.roles.bound(role, world.roles.managed("shop-storage-only", allow("s3:*", "*")))

    faults = [
        Fault("role-missing", lambda world: world.roles.delete(role), unusable),
        Fault("role-trusts-other-service", trusted_by(trust("lambda.amazonaws.com")), unusable),
        Fault("role-trust-denies", trusted_by(trust(GATEWAY), trust(GATEWAY, "Deny")), unusable),
        # §1.5: a value that is not the API's own account never holds, whatever API Gateway sends.
        Fault("role-trusts-other-account", trusted_by(trust(GATEWAY, condition=stranger)), unusable),
        Fault("role-without-policy", no_policy, unusable),
        Fault("role-allows-other-action", other_action_only, unusable),
        Fault("role-allows-other-resource", other_resource_only, unusable),
        Fault("role-denies", denied_too, unusable),
        Fault("role-boundary-of-other-service", boundary_of_another_service, unusable),
        Fault("fine-role-trusts-two-services", trusted_by(trust("lambda.amazonaws.com"), trust(GATEWAY)), []),
        Fault("fine-role-allows-whole-service", whole_service, []),
    ]
    return [Fault(prefix + fault.name, fault.change, fault.expect) for fault in faults]
