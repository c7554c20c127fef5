//! Each opener of containers by itself, whether or not the bytes look like its format. The first byte chooses.
#![no_main]

use leakgate::scan::container::{Budget, Format, open};
use libfuzzer_sys::fuzz_target;

const FORMATS: [Format; 15] = [
    Format::Gzip,
    Format::Zlib,
    Format::Zip,
    Format::Bzip2,
    Format::Xz,
    Format::Lzma,
    Format::Zstd,
    Format::Tar,
    Format::Ar,
    Format::Pdf,
    Format::Sqlite,
    Format::Keys,
    Format::GitBundle,
    Format::GitPack,
    Format::Carrier,
];
const BYTES: u64 = 1 << 20;
const MEMBERS: u32 = 64;

fuzz_target!(|data: &[u8]| {
    let Some((which, data)) = data.split_first() else { return };
    let format = FORMATS[usize::from(*which) % FORMATS.len()];
    let mut budget = Budget { bytes: BYTES, members: MEMBERS };
    let (mut members, mut bytes) = (0_u64, 0_u64);
    let obstacles = open(format, data, &mut budget, &mut |member, left| {
        assert!(left.bytes <= BYTES && left.members < MEMBERS);
        members += 1;
        bytes += member.bytes.len() as u64;
    });
    assert!(members <= u64::from(MEMBERS), "{members} members");
    // What lies in a container as it is costs no budget; each format of the file may hand it on.
    assert!(bytes <= BYTES + members * data.len() as u64, "{bytes} bytes out of {}", data.len());
    for obstacle in obstacles {
        assert!(!obstacle.why.is_empty());
    }
});
