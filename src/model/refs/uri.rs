//! What an integration's URI points at.

use super::{Arn, Kind, Ref, Scope};
use crate::model::{Gap, Part, Text};

/// The other end of an integration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Backend {
    /// A Lambda function, by name and perhaps qualifier.
    Function(Ref),
    /// Another AWS service, called by its API.
    Service { service: Text, region: Text, call: Text },
    /// A load balancer's listener (HTTP APIs).
    Listener(Arn),
    /// A Cloud Map service (HTTP APIs).
    CloudMap(Arn),
    /// An address on the web or behind a VPC link.
    Http { tls: bool, host: Text, port: u16 },
    /// None of these, or not decidable.
    Unknown(Gap),
}

/// Reads an integration's or authorizer's URI, stage variables already replaced.
pub fn backend_of(uri: &Text, home: &Scope) -> Backend {
    let Some(arn) = Arn::parse(uri) else {
        return http(uri).unwrap_or_else(|| unreadable(uri));
    };
    match arn.service.lit() {
        Some("lambda") => function(&arn, home).map_or_else(|| unreadable(uri), Backend::Function),
        Some("elasticloadbalancing") => Backend::Listener(arn),
        Some("servicediscovery") => Backend::CloudMap(arn),
        Some("apigateway") => invoked(&arn, home).unwrap_or_else(|| unreadable(uri)),
        _ => unreadable(uri),
    }
}

fn unreadable(uri: &Text) -> Backend {
    // What is called stands behind where it is.
    let gap = uri.holes().last().map(|hole| hole.gap.clone());
    Backend::Unknown(gap.unwrap_or_else(|| Gap::not_modelled(format!("an integration URI of the form {uri}"))))
}

/// `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations`, or
/// another service's `path/…` or `action/…`. The function's own ARN decides where it is.
fn invoked(arn: &Arn, home: &Scope) -> Option<Backend> {
    let call = &arn.resource;
    if arn.account.known().ok()? != "lambda" {
        return Some(Backend::Service { service: arn.account.clone(), region: arn.region.clone(), call: call.clone() });
    }
    let named = call
        .strip_prefix("path/2015-03-31/functions/")
        .and_then(|rest| rest.strip_suffix("/invocations"))
        .or_else(|| {
            call.strip_prefix("path/2021-11-15/functions/")
                .and_then(|rest| rest.strip_suffix("/response-streaming-invocations"))
        })?;
    let outer = Scope { region: arn.region.clone(), ..home.clone() };
    function(&Arn::parse(&named)?, &outer).map(Backend::Function)
}

/// `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`.
fn function(arn: &Arn, home: &Scope) -> Option<Ref> {
    let id = arn.resource.strip_prefix("function:")?;
    // `$LATEST` is the unqualified function under another name, but policies cannot
    // stand on it: the unqualified one's is asked.
    let id = id.strip_suffix(":$LATEST").unwrap_or(id);
    if arn.service.lit() != Some("lambda") || id.is_empty() {
        return None;
    }
    let mut scope = arn.scope(home);
    if scope.region.is_empty() {
        scope.region = home.region.clone();
    }
    Some(Ref::new(Kind::Function, scope, id))
}

fn http(uri: &Text) -> Option<Backend> {
    let (tls, rest) = match uri.strip_prefix("https://") {
        Some(rest) => (true, rest),
        None => (false, uri.strip_prefix("http://")?),
    };
    let rest = without_user_info(&rest);
    let authority = authority(&rest)?;
    let mut parts = authority.parts();
    let tail = match parts.pop() {
        Some(Part::Lit(tail)) => tail,
        _ => "".into(),
    };
    // A colon before the last hole leaves open where the port begins.
    if parts.iter().any(|part| matches!(part, Part::Lit(lit) if lit.contains(':'))) {
        return None;
    }
    let (host, port) = match tail.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') && !port.ends_with(']') => {
            let host = Part::Lit(host.into());
            (Text::from_parts(parts.into_iter().chain([host])), port.parse().ok()?)
        }
        _ => (authority, if tls { 443 } else { 80 }),
    };
    Some(Backend::Http { tls, host, port })
}

/// Each of these ends the authority.
const ENDS: [char; 3] = ['/', '?', '#'];

/// What stands before the path. A hole could hold the port too: where the host ends is
/// known only if something literal follows the hole.
fn authority(rest: &Text) -> Option<Text> {
    let mut parts = rest.parts();
    if let Some(end) = parts.iter().position(|part| matches!(part, Part::Lit(lit) if lit.contains(ENDS))) {
        parts.truncate(end + 1);
        if let Some(Part::Lit(lit)) = parts.last_mut() {
            *lit = lit.split(ENDS).next().unwrap_or_default().into();
        }
    }
    let authority = Text::from_parts(parts);
    let open = matches!(authority.parts().last(), Some(Part::Hole(_)));
    (!open).then_some(authority)
}

/// `user:password@` is not part of the host. A redacted one is a hole that could hold
/// anything, but the last `@` before the path still ends it.
fn without_user_info(rest: &Text) -> Text {
    let (parts, mut host) = (rest.parts(), None);
    for (i, part) in parts.iter().enumerate() {
        let Part::Lit(lit) = part else { continue };
        let before_path = lit.split(ENDS).next().unwrap_or_default();
        if let Some(at) = before_path.rfind('@') {
            host = Some((i, lit[at + 1..].into()));
        }
        if before_path.len() < lit.len() {
            break;
        }
    }
    host.map_or_else(
        || rest.clone(),
        |(i, lit)| Text::from_parts([Part::Lit(lit)].into_iter().chain(parts[i + 1..].iter().cloned())),
    )
}

#[cfg(test)]
mod tests {
    use super::{Backend, backend_of};
    use crate::model::{Charset, Gap, Hole, Scope, Text};

    fn http(uri: &Text) -> (bool, String, u16) {
        match backend_of(uri, &Scope::new("aws", "111122223333", "us-east-1")) {
            Backend::Http { tls, host, port } => (tls, host.to_string(), port),
            other => panic!("{uri}: {other:?}"),
        }
    }

    #[test]
    fn hosts_ports_and_user_info() {
        for (uri, tls, host, port) in [
            ("http://a.example.com/orders", false, "a.example.com", 80),
            ("https://a.example.com", true, "a.example.com", 443),
            ("https://a.example.com:8443/x:1/@y", true, "a.example.com", 8443),
            ("https://user:pw@a.example.com:8443/x", true, "a.example.com", 8443),
            ("https://a.example.com?to=@b.example.com", true, "a.example.com", 443),
            ("https://a.example.com#@b.example.com", true, "a.example.com", 443),
            ("http://[2001:db8::1]/x", false, "[2001:db8::1]", 80),
            ("http://[2001:db8::1]:8080/x", false, "[2001:db8::1]", 8080),
        ] {
            assert_eq!(http(&Text::from(uri)), (tls, host.to_owned(), port), "{uri}");
        }
    }

    #[test]
    fn redacted_user_info_hides_no_host() {
        let secret = Text::hole(Hole {
            id: "redacted:9:0a1b2c3d".into(),
            family: None,
            charset: Charset::Any,
            gap: Gap::not_readable("redacted"),
        });
        let uri = Text::from("https://").join(&secret).join(&Text::from("@a.example.com:8443/orders"));
        assert_eq!(http(&uri), (true, "a.example.com".to_owned(), 8443));
        let twice = Text::from("http://").join(&secret).join(&"@x".into()).join(&secret).join(&"@a.example.com".into());
        assert_eq!(http(&twice), (false, "a.example.com".to_owned(), 80));
    }

    #[test]
    fn a_hole_hides_the_port() {
        let hole = |id: &str| {
            let gap = Gap::not_readable("a stage variable");
            Text::hole(Hole { id: id.into(), family: None, charset: Charset::Any, gap })
        };
        let host = Text::from("http://").join(&hole("host"));
        for unknown in [host.clone(), host.join(&Text::from("/orders")), host.join(&Text::from("?x"))] {
            let found = backend_of(&unknown, &Scope::new("aws", "111122223333", "us-east-1"));
            assert!(matches!(found, Backend::Unknown(_)), "{unknown}: {found:?}");
        }
        assert_eq!(http(&host.join(&Text::from(".example.com:8080/orders"))).2, 8080);
        assert_eq!(http(&host.join(&Text::from(".example.com/orders"))).2, 80);
        let odd = host.join(&Text::from(".example.com:80")).join(&hole("port")).join(&Text::from("0/orders"));
        let found = backend_of(&odd, &Scope::new("aws", "111122223333", "us-east-1"));
        assert!(matches!(found, Backend::Unknown(_)), "{odd}: {found:?}");
        assert_eq!(http(&Text::from("http://a.example.com:81/x/").join(&hole("path"))).2, 81);
    }

    #[test]
    fn functions_are_named_by_their_own_arn() {
        let home = Scope::new("aws", "111122223333", "us-east-1");
        let arn = "arn:aws:lambda:eu-west-1:444455556666:function:orders:live";
        let invoked = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations");
        for uri in [arn, &invoked] {
            let Backend::Function(function) = backend_of(&Text::from(uri), &home) else { panic!("{uri}") };
            assert_eq!(function.id.lit(), Some("orders:live"));
            assert_eq!(function.scope, Scope::new("aws", "444455556666", "eu-west-1"));
        }
        for broken in [
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/orders/invocations",
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-01/functions/x/invocations",
            "arn:aws:lambda:us-east-1:111122223333:layer:orders",
            "arn:aws:lambda:us-east-1:111122223333:function::$LATEST",
            "orders",
            "",
        ] {
            assert!(matches!(backend_of(&Text::from(broken), &home), Backend::Unknown(_)), "{broken}");
        }
    }
}
