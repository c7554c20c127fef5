//! Where a push was to go, and what of that stopped it or is worth a word.
//!
//! Apart from the findings, because nothing in the push is wrong: the same commits may go elsewhere.
//!
//! *Invariant:* a URL is shown by [`Address::shown`] alone, which knows no user and no credential.

use super::layout::{WIDTH, field, sentence, wrap};
use crate::policy::Ruling;
use crate::push::address::{Address, Transport};
use crate::text::printable;

/// Where a push was to go.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The remote's name, when it has one.
    pub remote: Option<String>,
    /// Its address, as ssh's configuration has it.
    pub address: Address,
    /// The host as the URL has it, when ssh makes another of it.
    pub alias: Option<String>,
    /// What the policy says about it, if it says anything about remotes.
    pub ruling: Option<Ruling>,
    /// What stops the push.
    pub stops: Vec<Objection>,
    /// What is worth a word.
    pub warns: Vec<Objection>,
}

/// What is wrong with a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// It is outside the organisation.
    Outside,
    /// A credential stands in its URL.
    Credential,
}

impl Destination {
    /// In one line, for a list of remotes: `ssh://github.com/acme/site, outside (remote.outside has "github.com/**")`.
    #[must_use]
    pub fn described(&self) -> String {
        let class = match &self.ruling {
            Some(ruling) => format!("{} ({})", ruling.class.name(), ruling.by),
            None => "the policy names no remotes".to_owned(),
        };
        let alias = self.alias.as_ref().map(|alias| format!(" (ssh's {alias})")).unwrap_or_default();
        let credential = self.address.credential.as_ref().map_or("", |_| "; a credential stands in its URL");
        printable(format!("{}{alias}, {class}{credential}", self.address.shown()).as_bytes())
    }

    /// For the headline.
    pub(super) fn named(&self) -> Vec<String> {
        let word = |stop: &Objection| match stop {
            Objection::Outside => "outside remote".to_owned(),
            Objection::Credential => "credential in the remote's URL".to_owned(),
        };
        self.stops.iter().map(word).collect()
    }

    /// A block of lines for each thing that stops the push, the headings still without numbers.
    pub(super) fn blocks(&self) -> Vec<Vec<String>> {
        self.stops.iter().map(|stop| self.block(*stop)).collect()
    }

    /// What to do, beyond the block's own `fix`.
    pub(super) fn advice(&self) -> Vec<String> {
        let say = |stop: &Objection| match stop {
            Objection::Outside => "nothing has left yet; `git remote -v` lists the remotes. If this one is yours, its \
                host and path belong into remote.inside (or remote.public) of the policy"
                .to_owned(),
            Objection::Credential => "a credential in a URL is in .git/config, in the list of processes and in many \
                logs: revoke it, and let `git config credential.helper` keep the next; who must push so sets \
                `remote.credentials = \"warn\"` in ~/.config/leakgate/leakgate.toml"
                .to_owned(),
        };
        self.stops.iter().map(say).collect()
    }

    /// Warnings for a push that was accepted: a few lines, or nothing.
    #[must_use]
    pub fn warnings(&self) -> String {
        let label = "warning: ";
        let say = |what: &Objection| match what {
            Objection::Outside => {
                format!("leakgate lets this push leave the organisation, to {} ({})", self.address.shown(), self.why())
            }
            Objection::Credential => {
                format!("a credential stands in the URL of {}: {}", self.called(), self.address.shown())
            }
        };
        let lines = self.warns.iter().flat_map(|what| wrap(&say(what), WIDTH - label.len()));
        lines.map(|line| format!("{label}{}\n", printable(line.as_bytes()))).collect()
    }

    fn block(&self, stop: Objection) -> Vec<String> {
        let (heading, fix) = match stop {
            Objection::Outside => ("a remote outside the organisation (remote-outside)", self.elsewhere()),
            Objection::Credential => ("a credential in the push URL (remote-credential)", self.without_credential()),
        };
        let mut lines = vec![heading.to_owned()];
        lines.extend(self.remote.iter().flat_map(|name| field("remote", name, 1)));
        lines.extend(field("url", &self.address.shown(), 3));
        lines.extend(self.alias.iter().flat_map(|alias| {
            sentence("alias", &format!("ssh's configuration makes {} of {alias}", self.address.host))
        }));
        match (stop, &self.address.credential) {
            (Objection::Credential, Some(secret)) => lines.extend(field("value", &secret.redacted(), 1)),
            (Objection::Outside | Objection::Credential, _) => {
                lines.extend(field("policy", &printable(self.why().as_bytes()), 2));
            }
        }
        match stop {
            Objection::Outside => lines.extend(sentence("fix", &fix)),
            Objection::Credential => lines.extend(field("fix", &fix, 3)),
        }
        lines
    }

    fn why(&self) -> &str {
        self.ruling.as_ref().map_or("", |ruling| ruling.by.as_str())
    }

    fn called(&self) -> &str {
        self.remote.as_deref().unwrap_or("this remote")
    }

    fn elsewhere(&self) -> String {
        match &self.remote {
            Some(name) => format!("push to a remote inside, or correct this one: git remote set-url --push {name} URL"),
            None => "push to a remote inside".to_owned(),
        }
    }

    fn without_credential(&self) -> String {
        let url = match &self.address.transport {
            Transport::Net(_) | Transport::Ssh => self.address.shown(),
            Transport::Local | Transport::Helper(_) => "URL".to_owned(),
        };
        match &self.remote {
            Some(name) => format!("git remote set-url {name} {url}"),
            None => format!("push to {url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::columns;
    use super::super::samples::{context, file, secret};
    use super::super::{Context, HookKind, rejection};
    use super::*;
    use crate::policy::Class;
    use crate::policy::OnOutside;
    use std::path::Path;

    fn destination(url: &str, stops: Vec<Objection>) -> Destination {
        let ruling = Ruling {
            class: Class::Outside,
            by: "remote.outside has \"github.com/**\"".to_owned(),
            on_outside: OnOutside::Reject,
        };
        let address = Address::read(url.as_bytes(), Path::new("/"));
        let remote = Some("origin".to_owned());
        Destination { remote, address, alias: None, ruling: Some(ruling), stops, warns: Vec::new() }
    }

    #[test]
    fn where_it_was_to_go_comes_first_and_what_is_in_it_next() {
        let going = destination("git@github.com:subcontractor/site.git", vec![Objection::Outside]);
        let context = Context { destination: Some(&going), ..context(HookKind::PrePush) };
        let text = rejection(&[secret(file("config.php"), b"QWERTYUIOPASDFGHJKLZXCVBNM")], &[], &context);
        assert!(
            text.starts_with("error: leakgate refused this push: outside remote, 1 secret\n\n1) a remote"),
            "{text}"
        );
        for line in [
            "   remote  origin",
            "   url     ssh://github.com/subcontractor/site",
            "   policy  remote.outside has \"github.com/**\"",
            "2) sample token (sample-token)",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
    }

    #[test]
    fn a_credential_is_masked_wherever_the_url_is_shown() {
        let token = "q7".repeat(20);
        let url = format!("https://ada:{token}@github.com/acme/{token}/x");
        let mut going = destination(&url, vec![Objection::Outside, Objection::Credential]);
        let text = rejection(&[], &[], &Context { destination: Some(&going), ..context(HookKind::PrePush) });
        assert!(text.contains("outside remote, credential in") && text.contains("q7q**** (40 bytes)"), "{text}");
        assert!(text.contains("git remote set-url origin https://github.com/acme/****/x"), "{text}");
        going.warns = vec![Objection::Credential, Objection::Outside];
        let text = text + &going.warnings();
        assert!(!text.contains("q7q7"), "{text}");
        assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
    }

    #[test]
    fn an_alias_is_explained() {
        let mut going = destination("git@github.com:x/y", vec![Objection::Outside]);
        going.alias = Some("work".to_owned());
        let text = rejection(&[], &[], &Context { destination: Some(&going), ..context(HookKind::PrePush) });
        assert!(text.contains("   alias   ssh's configuration makes github.com of work\n"), "{text}");
    }
}
