//! Does a name promise a credential?

/// Words that do, and words that do when they stand together.
const SECRET: &str = "\
    password passwd passphrase passcode pwd pass secret secrets token tokens jwt key keys apikey \
    apitoken authkey authtoken accesstoken accesskey secretkey privatekey credential credentials creds \
    auth authorization cookie";

/// Last words that turn a name into one of a place, a kind or a number: `tokenUrl`,
/// `apiKeySourceName`, `secretArn`, `authFunction`.
const HARMLESS: &str = "\
    id ids name names arn arns uri url urls host hostname domain endpoint origin address port path \
    prefix suffix route region account zone fn func function lambda alias version stage env environment \
    service server provider authorizer role pool link bucket table queue topic stream source type kind \
    mode method scheme format header field param parameter scope scopes audience issuer ttl timeout \
    level through expression";

/// More of them, about numbers and switches.
const COUNTS: &str = "\
    expiry expiration expires seconds minutes length size count limit enabled required";

/// Words before `key` with which it opens nothing; `S3Key` begins with a letter for a word.
const OF_RECORDS: &str = "partition sort hash range primary foreign deduplication group routing route object s";

/// Does this name of a variable, header or parameter promise a credential?
pub(super) fn is_credential(name: &str) -> bool {
    // Most names hold no letters of any such word, and need not be taken apart.
    const STEMS: &[&[u8]] = &[b"pass", b"pwd", b"secret", b"token", b"jwt", b"key", b"cred", b"auth", b"cookie"];
    let holds = |stem: &&[u8]| name.as_bytes().windows(stem.len()).any(|part| part.eq_ignore_ascii_case(stem));
    if !STEMS.iter().any(holds) {
        return false;
    }
    let words = words(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let among = |list: &str, word: &str| list.split(' ').any(|listed| listed == word);
    // A database's or a stream's: it says where a record lies.
    let places = words.windows(2).any(|pair| matches!(pair, [of, key] if key == "key" && among(OF_RECORDS, of)));
    words.iter().any(|word| among(SECRET, word)) && !among(HARMLESS, last) && !among(COUNTS, last) && !places
}

/// The same for a parameter of a URI's query, where signatures and codes stand too.
pub(super) fn is_query_credential(name: &str) -> bool {
    const MORE: &[&str] = &["sig", "signature", "code", "x-amz-credential"];
    MORE.iter().any(|more| more.eq_ignore_ascii_case(name))
        || is_credential(name)
        || words(name).last().is_some_and(|last| last == "signature")
}

/// The same for what a mapping writes: a parameter of a query has the names of those of a URI.
pub(super) fn is_target_credential(target: &str) -> bool {
    let query = target.rsplit_once("querystring.").is_some_and(|(_, name)| is_query_credential(name));
    query || is_credential(target)
}

/// `X-Api-Key`, `api_key`, `apiKey` and `APIKey` are all two words or three.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = None;
    let mut letters = name.chars().peekable();
    while let Some(c) = letters.next() {
        let next_is_lower = letters.peek().is_some_and(|next| next.is_lowercase());
        let begins = match previous {
            _ if !c.is_alphabetic() => true,
            Some(p) if !char::is_alphabetic(p) => true,
            Some(p) => c.is_uppercase() && (p.is_lowercase() || next_is_lower),
            None => true,
        };
        previous = Some(c);
        if !c.is_alphabetic() {
            continue;
        }
        match words.last_mut() {
            Some(word) if !begins => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for yes in [
            "password",
            "DB_PASSWORD",
            "dbPassword2",
            "clientSecret",
            "API_KEY",
            "apiKey",
            "apikey",
            "APIKey",
            "x-api-key",
            "Authorization",
            "integration.request.header.Authorization",
            "slackToken",
            "auth",
            "basicAuth",
            "key",
            "AWS_SECRET_ACCESS_KEY",
            "tokenValue",
            "append:header.x-auth-token",
            "creds",
            "integration.request.header.Cookie",
            "passwd",
        ] {
            assert!(is_credential(yes), "{yes}");
        }
        for no in [
            "fn",
            "vpcLinkId",
            "apiKeySourceName",
            "secretArn",
            "tokenUrl",
            "authFunction",
            "auth_host",
            "keyId",
            "accessKeyId",
            "author",
            "monkey",
            "keyboard",
            "tokenTtl",
            "passthrough",
            "compass",
            "integration.request.header.Content-Type",
            "authLambdaAlias",
            "X-Amz-Target",
            "secretName",
            "authorizerRole",
            "PartitionKey",
            "hashKey",
            "KeyConditionExpression",
            "RouteKey",
            "S3Key",
            "",
            "-",
        ] {
            assert!(!is_credential(no), "{no}");
        }
        for yes in
            ["X-Amz-Signature", "sig", "code", "api_key", "access_token", "X-Amz-Security-Token", "X-Amz-Credential"]
        {
            assert!(is_query_credential(yes), "{yes}");
        }
        for (target, is) in [
            ("integration.request.querystring.code", true),
            ("append:querystring.sig", true),
            ("integration.request.header.x-api-key", true),
            ("integration.request.header.code", false),
            ("integration.request.querystring.countryCode", false),
        ] {
            assert_eq!(is_target_credential(target), is, "{target}");
        }
        for no in ["Action", "Version", "countryCode", "signatureVersion", "id"] {
            assert!(!is_query_credential(no), "{no}");
        }
    }
}
