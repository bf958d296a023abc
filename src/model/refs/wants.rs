//! What each thing refers to.

use super::{Arn, Backend, Kind, Ref, Scope, Vars, backend_of, substitute};
use crate::model::{ApiUnit, Seen, Text, ec2, elb, iam, lambda, rest, v2};
use std::collections::BTreeSet;

/// A thing whose references are asked for.
#[derive(Clone, Copy)]
pub enum Thing<'a> {
    Api(&'a ApiUnit),
    Function(&'a lambda::Function),
    Role(&'a iam::Role),
    VpcLinkV1(&'a rest::VpcLink),
    VpcLinkV2(&'a v2::VpcLink),
    LoadBalancer(&'a elb::LoadBalancer),
    TargetGroup(&'a elb::TargetGroup),
    NetworkInterface(&'a ec2::NetworkInterface),
    SecurityGroup(&'a ec2::SecurityGroup),
    Subnet(&'a ec2::Subnet),
    RouteTable(&'a ec2::RouteTable),
}

/// All that `thing` refers to and that a request's path may need; `home` is where the
/// thing itself lives.
pub fn wants(thing: Thing<'_>, home: &Scope) -> BTreeSet<Ref> {
    let mut refs = Found { home, refs: BTreeSet::new() };
    match thing {
        Thing::Api(unit) => refs.api(unit),
        Thing::Function(function) => refs.function(function),
        Thing::Role(role) => refs.role(role),
        Thing::VpcLinkV1(link) => link.target_arns.set().into_iter().flatten().for_each(|arn| refs.load_balancer(arn)),
        Thing::VpcLinkV2(link) => refs.vpc_link_v2(link),
        Thing::LoadBalancer(lb) => refs.balancer(lb),
        Thing::TargetGroup(group) => refs.target_group(group),
        Thing::NetworkInterface(eni) => refs.interface(eni),
        Thing::SecurityGroup(group) => refs.security_group(group),
        Thing::Subnet(subnet) => {
            refs.by_id(Kind::NetworkAcl, subnet.vpc_id.set());
            refs.by_id(Kind::RouteTable, subnet.vpc_id.set());
        }
        Thing::RouteTable(table) => {
            for route in table.routes.set().into_iter().flatten() {
                refs.by_id(Kind::PrefixList, route.destination_prefix_list_id.set());
            }
        }
    }
    refs.refs
}

struct Found<'a> {
    home: &'a Scope,
    refs: BTreeSet<Ref>,
}

impl Found<'_> {
    fn add(&mut self, kind: Kind, scope: Scope, id: impl Into<Text>) {
        self.refs.insert(Ref::new(kind, scope, id));
    }

    fn by_id(&mut self, kind: Kind, id: Option<&Text>) {
        if let Some(id) = id {
            self.add(kind, self.home.clone(), id.clone());
        }
    }

    fn api(&mut self, unit: &ApiUnit) {
        let every = unit.all_vars();
        for vars in &every {
            match unit {
                ApiUnit::Rest(unit) => {
                    let served = unit.facts.deployed.iter().filter_map(|deployed| deployed.content.set());
                    for content in served.chain([&unit.facts.draft]) {
                        for resource in content.resources.set().into_iter().flatten() {
                            for method in resource.resource_methods.values() {
                                if let Some(integration) = method.method_integration.set() {
                                    self.rest_integration(integration, vars);
                                }
                            }
                        }
                        for authorizer in content.authorizers.set().into_iter().flatten() {
                            self.call(&authorizer.authorizer_uri, &authorizer.authorizer_credentials, vars);
                        }
                    }
                }
                ApiUnit::V2(unit) => {
                    let served = unit.facts.deployed.iter().filter_map(|deployed| deployed.content.set());
                    for content in served.chain([&unit.facts.draft]) {
                        for integration in content.integrations.set().into_iter().flatten() {
                            self.call(&integration.integration_uri, &integration.credentials_arn, vars);
                            self.link(&integration.connection_id, vars);
                        }
                        for authorizer in content.authorizers.set().into_iter().flatten() {
                            self.call(&authorizer.authorizer_uri, &authorizer.authorizer_credentials_arn, vars);
                        }
                    }
                }
            }
        }
    }

    fn rest_integration(&mut self, integration: &rest::Integration, vars: &Vars) {
        self.call(&integration.uri, &integration.credentials, vars);
        self.link(&integration.connection_id, vars);
        if let Some(target) = integration.integration_target.set() {
            self.load_balancer(&substitute(target, vars));
        }
    }

    /// A call that API Gateway makes: to whom, and as whom.
    fn call(&mut self, uri: &Seen<Text>, credentials: &Seen<Text>, vars: &Vars) {
        if let Some(uri) = uri.set() {
            match backend_of(&substitute(uri, vars), self.home) {
                Backend::Function(function) => {
                    self.refs.insert(function);
                }
                Backend::Listener(arn) => self.load_balancer(&arn.text()),
                _ => {}
            }
        }
        if let Some(role) = credentials.set().map(|role| substitute(role, vars)) {
            self.role_arn(&role);
        }
    }

    fn role_arn(&mut self, role: &Text) {
        if let Some(arn) = Arn::parse(role)
            && arn.resource.strip_prefix("role/").is_some()
        {
            let arn = Arn { account: arn.scope(self.home).account, ..arn };
            self.add(Kind::Role, arn.scope(self.home).global(), arn.text());
        }
    }

    fn link(&mut self, id: &Seen<Text>, vars: &Vars) {
        if let Some(id) = id.set().map(|id| substitute(id, vars)).filter(|id| !id.is_empty()) {
            self.add(Kind::VpcLinkV1, self.home.clone(), id.clone());
            self.add(Kind::VpcLinkV2, self.home.clone(), id);
        }
    }

    /// From the balancer's own ARN or from one of its listeners'.
    fn load_balancer(&mut self, arn: &Text) {
        if let Some(found) = load_balancer_of(arn, self.home) {
            self.refs.insert(found);
        }
    }

    fn function(&mut self, function: &lambda::Function) {
        let name = &function.function_name;
        if let Some(alias) = function.alias.set() {
            // The alias's own answer shows its main version; the others are asked for.
            let weights = alias.routing_config.set().map(|config| &config.additional_version_weights);
            for version in weights.into_iter().flat_map(|weights| weights.keys()) {
                self.add(Kind::Function, self.home.clone(), qualified(name, Some(&version.into())));
            }
        }
        if function.qualifier.is_some() && function.policy.is_unset() {
            // The grant often stands on the bare function by mistake: that is worth a look.
            self.add(Kind::Function, self.home.clone(), name);
        }
    }

    fn role(&mut self, role: &iam::Role) {
        let attached = role.attached_managed_policies.set().into_iter().flatten();
        let boundary = role.permissions_boundary.set().and_then(|boundary| boundary.permissions_boundary_arn.set());
        let arns = attached.filter_map(|policy| policy.policy_arn.set()).chain(boundary);
        for arn in arns.cloned().collect::<Vec<_>>() {
            self.add(Kind::ManagedPolicy, self.home.clone(), arn);
        }
    }

    fn vpc_link_v2(&mut self, link: &v2::VpcLink) {
        self.add(Kind::NetworkInterface, self.home.clone(), network_interfaces::of_vpc_link(&link.vpc_link_id.label()));
        link.security_group_ids.set().into_iter().flatten().for_each(|id| self.by_id(Kind::SecurityGroup, Some(id)));
        link.subnet_ids.set().into_iter().flatten().for_each(|id| self.by_id(Kind::Subnet, Some(id)));
    }

    fn balancer(&mut self, lb: &elb::LoadBalancer) {
        if let Some(nodes) = network_interfaces::of_load_balancer(&lb.load_balancer_arn.to_string()) {
            self.add(Kind::NetworkInterface, self.home.clone(), nodes);
        }
        lb.security_groups.set().into_iter().flatten().for_each(|id| self.by_id(Kind::SecurityGroup, Some(id)));
        for zone in lb.availability_zones.set().into_iter().flatten() {
            self.by_id(Kind::Subnet, zone.subnet_id.set());
        }
        for listener in lb.listeners.set().into_iter().flatten() {
            for group in listener.target_groups() {
                self.by_id(Kind::TargetGroup, Some(group));
            }
        }
    }

    fn target_group(&mut self, group: &elb::TargetGroup) {
        for target in group.targets.set().into_iter().flatten() {
            let id = &target.target.id;
            match group.target_type.set() {
                Some(elb::TargetType::Instance) => {
                    self.add(Kind::NetworkInterface, self.home.clone(), network_interfaces::of_instance(id));
                }
                Some(elb::TargetType::Ip) => {
                    self.add(Kind::NetworkInterface, self.home.clone(), network_interfaces::of_address(id));
                }
                Some(elb::TargetType::Alb) => self.load_balancer(&Text::from(id)),
                _ => {}
            }
        }
    }

    fn interface(&mut self, eni: &ec2::NetworkInterface) {
        for group in eni.groups.set().into_iter().flatten() {
            self.by_id(Kind::SecurityGroup, group.group_id.set());
        }
        self.by_id(Kind::Subnet, eni.subnet_id.set());
    }

    fn security_group(&mut self, group: &ec2::SecurityGroup) {
        let rules = [&group.ip_permissions, &group.ip_permissions_egress];
        for rule in rules.into_iter().filter_map(Seen::set).flatten() {
            for list in rule.prefix_list_ids.set().into_iter().flatten() {
                self.by_id(Kind::PrefixList, list.prefix_list_id.set());
            }
        }
    }
}

/// The balancer that a balancer's or listener's ARN names.
pub fn load_balancer_of(arn: &Text, home: &Scope) -> Option<Ref> {
    let parsed = Arn::parse(arn)?;
    if parsed.service.lit() != Some("elasticloadbalancing") {
        return None;
    }
    let resource = match parsed.resource.strip_prefix("listener/") {
        // listener/app/NAME/BALANCER/LISTENER
        Some(listener) => {
            let (balancer, _) = listener.rsplit_once('/')?;
            Text::new("loadbalancer/").join(&balancer)
        }
        None => {
            parsed.resource.strip_prefix("loadbalancer/")?;
            parsed.resource.clone()
        }
    };
    let scope = parsed.scope(home);
    Some(Ref::new(Kind::LoadBalancer, scope, Arn { resource, ..parsed }.text()))
}

/// `name` or `name:qualifier`.
pub fn qualified(name: &Text, qualifier: Option<&Text>) -> Text {
    qualifier.map_or_else(|| name.clone(), |qualifier| name.join(&Text::new(":")).join(qualifier))
}

/// The name that IAM's calls take: the last segment of the ARN, without the path.
pub fn role_name(arn: &str) -> Option<&str> {
    let (_, resource) = arn.split_once(":role/")?;
    resource.rsplit('/').next()
}

/// The queries by which network interfaces are asked for: never by their own ids,
/// which no configuration on the path names.
pub mod network_interfaces {
    pub fn of_instance(id: &str) -> String {
        format!("instance/{id}")
    }

    pub fn of_address(ip: &str) -> String {
        format!("address/{ip}")
    }

    pub fn of_vpc_link(id: &str) -> String {
        format!("vpc-link/{id}")
    }

    /// A balancer's nodes are described as `ELB app/{name}/{id}`.
    pub fn of_load_balancer(arn: &str) -> Option<String> {
        let (_, name) = arn.split_once(":loadbalancer/")?;
        Some(format!("load-balancer/{name}"))
    }
}

impl elb::Listener {
    /// Every target group that some rule or the default action can forward to.
    pub fn target_groups(&self) -> BTreeSet<&Text> {
        let rules = self.rules.set().into_iter().flatten().filter_map(|rule| rule.actions.set());
        let actions = rules.chain(self.default_actions.set()).flatten();
        actions.flat_map(elb::Action::target_groups).collect()
    }
}

impl elb::Action {
    pub fn target_groups(&self) -> Vec<&Text> {
        let config = self.forward_config.set().and_then(|config| config.target_groups.set());
        let weighted = config.into_iter().flatten().filter_map(|group| group.target_group_arn.set());
        weighted.chain(self.target_group_arn.set()).collect()
    }
}
