//! Blocks of addresses and their families.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::fmt;
use std::net::IpAddr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    pub(super) fn of(net: &IpNet) -> Family {
        match net {
            IpNet::V4(_) => Family::V4,
            IpNet::V6(_) => Family::V6,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        })
    }
}

/// All addresses of the family.
pub(super) fn every(family: Family) -> IpNet {
    match family {
        Family::V4 => Ipv4Net::default().into(),
        Family::V6 => Ipv6Net::default().into(),
    }
}

/// Two blocks either nest or have nothing in common.
pub(super) fn touch(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// A block in the one way to write it, its host bits cleared as EC2 does. `IpNet`'s own
/// reader also takes leading zeros, of which nobody knows whether they mean octal.
pub(super) fn parse(text: &str) -> Option<IpNet> {
    plain_v4(text).or_else(|| general(text))
}

fn general(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/')?;
    let plain = length == "0" || (!length.starts_with('0') && length.bytes().all(|byte| byte.is_ascii_digit()));
    let prefix: u8 = length.parse().ok().filter(|_| plain)?;
    IpNet::new(address.parse().ok()?, prefix).ok().map(|net| net.trunc())
}

/// What nearly every block is. Reading blocks is most of the engine's work, and one pass
/// over the bytes takes a fraction of the general reader's time.
fn plain_v4(text: &str) -> Option<IpNet> {
    let (mut address, mut number, mut digits, mut parts) = (0_u32, 0_u32, 0_u8, 0_u8);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' if digits == 0 || (digits < 3 && number > 0) => {
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' | b'/' if digits > 0 && number < 256 && parts < 4 && (byte == b'/') == (parts == 3) => {
                address = address << 8 | number;
                (number, digits, parts) = (0, 0, parts + 1);
            }
            _ => return None,
        }
    }
    let prefix = u8::try_from(number).ok().filter(|_| digits > 0 && parts == 4)?;
    Ipv4Net::new(address.into(), prefix).ok().map(|net| net.trunc().into())
}

/// How many parts of a block are told apart before that is called too many.
const PIECES: usize = 128;

/// One address of each part of `block` that `nets` tell apart: all addresses of a part
/// lie in the same of them. `None` where there are too many parts to look at each.
pub(super) fn pieces<'a>(block: &IpNet, nets: impl Iterator<Item = &'a IpNet>) -> Option<Vec<IpAddr>> {
    let mut starts = vec![block.network()];
    if block.prefix_len() < block.max_prefix_len() {
        for net in nets.filter(|net| block.contains(*net) && *net != block) {
            starts.push(net.network());
            starts.extend(after(net).filter(|next| block.contains(next)));
            if starts.len() > 4 * PIECES {
                return None;
            }
        }
        starts.sort();
        starts.dedup();
    }
    (starts.len() <= PIECES).then_some(starts)
}

/// The first address behind the block.
fn after(net: &IpNet) -> Option<IpAddr> {
    Some(match net.broadcast() {
        IpAddr::V4(last) => u32::from(last).checked_add(1)?.to_be_bytes().into(),
        IpAddr::V6(last) => u128::from(last).checked_add(1)?.to_be_bytes().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_fast_reader_reads_what_the_general_one_reads(text in "([0-9]{1,4}[./]){3,5}[0-9]{0,3}") {
            let fast = plain_v4(&text);
            prop_assert!(fast.is_none() || fast == general(&text), "{} is {:?}", text, fast);
        }

        #[test]
        fn every_block_is_read(address in any::<u32>(), prefix in 0_u8..=32) {
            let text = format!("{}/{prefix}", std::net::Ipv4Addr::from(address));
            prop_assert_eq!(plain_v4(&text), general(&text));
            prop_assert!(plain_v4(&text).is_some());
        }
    }
}
