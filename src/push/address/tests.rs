//! URLs as people and tools write them.

use super::*;

fn read(url: &str) -> Address {
    Address::read(url.as_bytes(), Path::new("/home/ada/work"))
}

fn canonical(url: &str) -> String {
    read(url).canonical()
}

#[test]
fn all_ways_to_write_one_remote_are_one() {
    for url in [
        "git@github.com:acme/site.git",
        "github.com:acme/site",
        "git@GitHub.COM:/acme//site.git/",
        "[git@github.com:22]:acme/site",
        "ssh://git@github.com/acme/site.git",
        "ssh://git@github.com:22/acme/./site",
        "ssh://git@ssh.github.com:443/acme/site.git",
        "git+ssh://github.com/x/../acme/site",
        "https://github.com/acme/site",
        "HTTPS://Ada@www.github.com.:443/acme%2Fsite.git",
        "http://github.com:80/acme/site.git/?x=1#y",
        "git://github.com/acme/site",
    ] {
        let url = url.replace("[git@github.com:22]", "git@[github.com:22]");
        assert_eq!(canonical(&url), "github.com/acme/site", "{url}");
    }
    assert_eq!(canonical("git@ssh.dev.azure.com:v3/acme/shop/web"), "dev.azure.com/acme/shop/web");
    assert_eq!(canonical("https://acme@dev.azure.com/acme/shop/_git/web"), "dev.azure.com/acme/shop/web");
}

#[test]
fn a_folder_is_a_folder_however_it_is_written() {
    for url in ["/srv/git/a.git", "file:///srv/git/a.git", "../../../srv/git/a", "/srv//git/./a.git/"] {
        assert_eq!(canonical(url), "file:/srv/git/a", "{url}");
    }
    assert_eq!(canonical("./odd:name"), "file:/home/ada/work/odd:name");
    assert_eq!(canonical("server.git"), "file:/home/ada/work/server");
}

#[test]
fn hosts_are_those_of_the_dns_and_ports_are_kept() {
    assert_eq!(canonical("https://Bücher.example/a"), "xn--bcher-kva.example/a");
    assert_eq!(canonical("https://g\u{456}thub.com/a"), "xn--gthub-n2e.com/a");
    assert_eq!(canonical("ssh://git@[2001:DB8::1]:2222/a"), "[2001:db8::1]/a");
    assert_eq!(canonical("git@[::1]:a/b"), "[::1]/a/b");
    assert_eq!(read("ssh://git.corp.example:7999/a").port, Some(7999));
    assert_eq!(read("git@[git.corp.example:7999]:a").port, Some(7999));
    assert_eq!((read("https://h/a").port, read("a:b").port), (Some(443), Some(22)));
    assert_eq!(read("a:b").at("Git.Corp.example", Some(7)).shown(), "ssh://git.corp.example:7/b");
}

#[test]
fn a_helper_goes_nobody_knows_where() {
    for (url, name) in [("ext::sh -c x", "ext"), ("codecommit://repo", "codecommit"), ("fd::7", "fd")] {
        assert_eq!(read(url).transport, Transport::Helper(name.into()), "{url}");
        assert_eq!(read(url).shown(), format!("{name}::..."));
    }
}

#[test]
fn a_credential_is_known_and_never_shown() {
    let token = "q7".repeat(12);
    for url in [
        format!("https://ada:{token}@github.com/acme/{token}"),
        format!("https://{token}@github.com/acme/x"),
        format!("https://ada:@github.com/acme/x?private_token={token}"),
        format!("https://a%40b:{token}@github.com/acme/x#y"),
        format!("ssh://ada:{token}@github.com/acme/x"),
        format!("gcrypt::https://ada:{token}@github.com/acme/x"),
    ] {
        let address = read(&url);
        assert_eq!(address.credential, Some(Secret::new(token.as_bytes())), "{url}");
        assert!(!address.shown().contains("q7q7"), "{}", address.shown());
        assert!(!address.shown().contains('@'), "{}", address.shown());
    }
    for url in ["https://ada@h/x", "https://ada:@h/x", "git@h:x", "ssh://h/x?token=1", "https://h/x?tab=token"] {
        assert_eq!(read(url).credential, None, "{url}");
    }
}

#[test]
fn odd_texts_are_read_without_harm() {
    for url in
        ["", "@", ":", "://", "::", "[", "@[", "[]:", "https://", "ssh://[", "http://a:99999/x", "a%", "\u{1b}[2J:x"]
    {
        let shown = read(url).shown();
        assert!(!shown.contains('\u{1b}'), "{url:?}");
    }
}
