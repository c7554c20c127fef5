//! A blob and everything folded into it: other encodings, encoded values, archives in archives.

use super::container::{self, Budget, Format};
use super::decode;
use super::detect::{Form, Match, Role, matches, matches_in};
use super::excerpt;
use super::fresh::{Fresh, Matched};
use super::layer::{Origin, Unreadable, UnreadableKind, View};
use crate::rule::{RuleSet, RuleSetError, Stands};
use crate::text::Pieces;
use bstr::{BStr, BString, ByteSlice};
use std::ops::{ControlFlow, Range};

/// Bounds of the unfolding; each bounds the work that one blob can cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How often a decoded value is decoded again.
    pub decode_depth: u32,
    /// How deep archives in archives are opened.
    pub container_depth: u32,
    /// How many bytes may come out of all archives in one blob.
    pub decompressed_bytes: u64,
    /// How many members may come out of all archives in one blob.
    pub members: u32,
}

/// A text with lines of its own: the blob as it stands, its reading as UTF-16 or UTF-32, or an archive's member.
#[derive(Debug)]
pub struct Text<'a> {
    /// Its bytes, UTF-8 where it was decoded.
    pub bytes: &'a [u8],
    /// How it came out of the blob, outermost first; empty for the blob itself.
    pub via: &'a [&'static str],
    /// The path inside the archives; empty for a text outside any.
    pub member: &'a BStr,
    /// The text in pieces, where earlier texts are remembered.
    pub pieces: Option<&'a Pieces<'a>>,
}

impl Text<'_> {
    /// Whether the text is the blob itself or its whole in another encoding: its lines are the file's lines.
    #[must_use]
    pub fn has_file_lines(&self) -> bool {
        self.member.is_empty() && self.via.iter().all(|how| decode::is_encoding(how))
    }
}

/// A value that a rule believes in, in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The rule's number.
    pub rule: usize,
    /// The range of the text that it comes from: the whole match, or the encoded form.
    pub span: Range<usize>,
    /// Where the secret begins in the text; for a decoded one, where its encoded form begins.
    pub at: usize,
    /// The secret's bytes.
    pub secret: Vec<u8>,
    /// How it was decoded within the text, outermost first.
    pub via: Vec<&'static str>,
    /// What was verified in it, where its format carries a check.
    pub proof: Option<&'static str>,
    /// In which files it counts.
    pub stands: Stands,
    /// The whole match's bytes, decoded as the secret is.
    pub matched: Vec<u8>,
    /// Whether it is a finding, or only helps those of other rules.
    pub role: Role,
}

/// Scans `blob` in all its forms: calls `each` with every text in it and the candidates found there, and returns what
/// could not be read through.
///
/// # Errors
/// When a rule cannot run.
pub fn scan(
    rules: &RuleSet,
    limits: Limits,
    blob: &[u8],
    each: &mut dyn FnMut(&Text<'_>, Vec<Candidate>),
) -> Result<Vec<Unreadable>, RuleSetError> {
    scan_while(rules, limits, blob, None, &mut |text, step| {
        if let Step::Matched(candidates) = step {
            each(text, candidates);
        }
        ControlFlow::Continue(())
    })
}

/// How far the scan of one text is.
#[derive(Debug)]
pub enum Step {
    /// It is about to be matched.
    Met,
    /// It was matched.
    Matched(Vec<Candidate>),
}

/// As [`scan`], until `each` has seen enough; then nothing more is matched, and what is returned is not complete.
///
/// Each text comes twice, before it is matched and after. What `matched` remembers of earlier texts is not matched again,
/// since it gave no candidates.
///
/// # Errors
/// When a rule cannot run.
pub fn scan_while(
    rules: &RuleSet,
    limits: Limits,
    blob: &[u8],
    matched: Option<&Matched>,
    each: &mut dyn FnMut(&Text<'_>, Step) -> ControlFlow<()>,
) -> Result<Vec<Unreadable>, RuleSetError> {
    let mut unfolding = Unfolding {
        rules,
        limits,
        budget: Budget { bytes: limits.decompressed_bytes, members: limits.members },
        unreadable: Vec::new(),
        matched,
        each,
        state: ControlFlow::Continue(()),
        opened: 0,
    };
    unfolding.blob(blob, &Path::default())?;
    Ok(unfolding.unreadable)
}

/// A decoded value that is shorter holds no list.
const LIST: usize = 200;

/// Where in the unfolding some bytes lie.
#[derive(Clone, Debug, Default)]
struct Path {
    via: Vec<&'static str>,
    member: BString,
    containers: u32,
}

impl Path {
    fn then(&self, how: &'static str) -> Self {
        let mut path = self.clone();
        path.via.push(how);
        path
    }

    fn at_member(&self, how: &'static str, name: &BStr) -> Self {
        let mut path = self.then(how);
        path.containers += 1;
        if !name.is_empty() {
            if !path.member.is_empty() {
                path.member.extend_from_slice(b"!");
            }
            path.member.extend_from_slice(name);
        }
        path
    }
}

struct Unfolding<'a> {
    rules: &'a RuleSet,
    limits: Limits,
    budget: Budget,
    unreadable: Vec<Unreadable>,
    matched: Option<&'a Matched>,
    each: &'a mut dyn FnMut(&Text<'_>, Step) -> ControlFlow<()>,
    state: ControlFlow<()>,
    /// How many lists and containers were handed on as texts of their own.
    opened: usize,
}

impl Unfolding<'_> {
    fn blob(&mut self, bytes: &[u8], path: &Path) -> Result<(), RuleSetError> {
        let view = decode::text(bytes);
        if let Some(view) = &view {
            self.text(&view.bytes, &path.then(view.how))?;
        }
        // Content before its packing: a list in it ends a look.
        if let Some(format) = container::sniff(bytes).filter(|_| self.state.is_continue()) {
            self.container(format, bytes, path)?;
        }
        // What was decoded as a whole says nothing more as the units that it was made of.
        let is_said = view.is_some_and(|view| decode::is_encoding(view.how) && decode::is_all_wide(bytes));
        if is_said { Ok(()) } else { self.text(bytes, path) }
    }

    fn text(&mut self, bytes: &[u8], path: &Path) -> Result<(), RuleSetError> {
        let matched = self.matched;
        let pieces = matched.and_then(|matched| matched.pieces(bytes));
        let text = Text { bytes, via: &path.via, member: path.member.as_bstr(), pieces: pieces.as_ref() };
        if self.state.is_continue() {
            self.state = (self.each)(&text, Step::Met);
        }
        if self.state.is_break() {
            return Ok(());
        }
        let fresh = Fresh::known(bytes, Form::Plain, pieces.as_ref(), matched);
        let found = matches_in(self.rules, bytes, Form::Plain, fresh)?;
        let mut candidates: Vec<Candidate> = found.into_iter().map(|it| plain(bytes, it)).collect();
        let mut folded = Fresh::folded(bytes, pieces.as_ref(), matched);
        for part in excerpt::of(bytes, &folded) {
            let excerpt = bytes.get(part.clone()).unwrap_or_default();
            for mut view in decode::encoded(excerpt).into_iter().chain(decode::disguised(excerpt)) {
                view.origin.shift(part.start);
                let origin = view.origin.input_span(&(0..view.bytes.len()));
                let before = (candidates.len(), self.opened);
                self.view(view, &[], bytes, path, &mut candidates)?;
                if (candidates.len(), self.opened) != before {
                    folded.found(&origin);
                }
            }
        }
        folded.keep();
        // A container in base64 may have said enough.
        if self.state.is_continue() {
            self.state = (self.each)(&text, Step::Matched(candidates));
        }
        Ok(())
    }

    /// Tries a decoded form, and what is encoded in it again. `outer` maps it back into `text`, innermost last.
    fn view(
        &mut self,
        view: View,
        outer: &[(&'static str, &Origin)],
        text: &[u8],
        path: &Path,
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), RuleSetError> {
        let mut chain = outer.to_vec();
        chain.push((view.how, &view.origin));
        let matched = self.matched;
        let pieces = matched.and_then(|matched| matched.pieces(&view.bytes));
        let fresh = Fresh::known(&view.bytes, Form::Decoded, pieces.as_ref(), matched);
        for found in matches_in(self.rules, &view.bytes, Form::Decoded, fresh)? {
            candidates.push(decoded(&view.bytes, found, &chain));
        }
        // Text in which a magic number is spelled out in escapes is a program that handles the format, not an archive.
        let carries_bytes = matches!(view.how, "base64" | "base32" | "base85" | "hex" | "uuencode" | "ascii85");
        let format = container::sniff(&view.bytes).filter(|_| carries_bytes);
        if format.is_none() && carries_bytes && view.bytes.len() >= LIST {
            let via = path.via.iter().copied().chain(chain.iter().map(|(how, _)| *how)).collect::<Vec<_>>();
            let member = path.member.as_bstr();
            self.lists(&Text { bytes: &view.bytes, via: &via, member, pieces: pieces.as_ref() });
        }
        if format == Some(Format::Keys) {
            self.keys(&view.bytes, &chain, text, candidates)?;
        } else if let Some(format) = format {
            let mut inside = path.clone();
            inside.via.extend(chain.iter().map(|(how, _)| *how));
            self.container(format, &view.bytes, &inside)?;
        }
        if chain.len() < self.limits.decode_depth as usize {
            // A disguise is undone once: what is left of it afterwards is no disguise.
            let disguised = decode::disguised(&view.bytes).into_iter().filter(|inner| inner.how != view.how);
            for inner in decode::encoded(&view.bytes).into_iter().chain(disguised) {
                self.view(inner, &chain, text, path, candidates)?;
            }
        }
        Ok(())
    }

    /// Hands on a decoded text whose secrets are the candidates of the text around it, for what many lines say together.
    fn lists(&mut self, text: &Text<'_>) {
        self.opened += 1;
        for step in [Step::Met, Step::Matched(Vec::new())] {
            if self.state.is_continue() {
                self.state = (self.each)(text, step);
            }
        }
    }

    /// A private key in binary form that stands in the text as base64 or hex: the secret is what stands there, so that it
    /// is one with what a rule for PEM finds in the same place.
    fn keys(
        &mut self,
        bytes: &[u8],
        chain: &[(&'static str, &Origin)],
        text: &[u8],
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), RuleSetError> {
        let Some((kind, lines)) = container::describe_keys(bytes) else { return Ok(()) };
        let span = back(chain, &(0..bytes.len()));
        for found in matches(self.rules, lines.as_bytes(), Form::Decoded)? {
            let secret = text.get(span.clone()).unwrap_or_default().to_vec();
            let via = chain.iter().map(|(how, _)| *how).chain([kind]).collect();
            let (at, proof, stands) = (span.start, found.proof, found.stands);
            candidates.push(Candidate {
                rule: found.rule,
                span: span.clone(),
                at,
                matched: secret.clone(),
                secret,
                via,
                proof,
                stands,
                role: found.role,
            });
        }
        Ok(())
    }

    fn container(&mut self, format: Format, bytes: &[u8], path: &Path) -> Result<(), RuleSetError> {
        self.opened += 1;
        if path.containers >= self.limits.container_depth {
            self.unreadable.push(Unreadable {
                kind: UnreadableKind::OverLimit,
                format: format.name(),
                member: Some(path.member.clone()),
                why: format!("archives are opened {} deep at most", self.limits.container_depth),
            });
            return Ok(());
        }
        let mut failed = None;
        let mut budget = self.budget;
        let unreadable = container::open(format, bytes, &mut budget, &mut |member, left| {
            if failed.is_some() || self.state.is_break() {
                // Nothing more needs to be unpacked.
                *left = Budget { bytes: 0, members: 0 };
                return;
            }
            self.budget = *left;
            failed = self.blob(member.bytes, &path.at_member(member.how, member.name)).err();
            *left = self.budget;
        });
        self.budget = budget;
        self.unreadable.extend(unreadable.into_iter().map(|it| inside(it, path)));
        match failed {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

fn inside(mut unreadable: Unreadable, path: &Path) -> Unreadable {
    if !path.member.is_empty() {
        let mut member = path.member.clone();
        if let Some(name) = &unreadable.member {
            member.extend_from_slice(b"!");
            member.extend_from_slice(name);
        }
        unreadable.member = Some(member);
    }
    unreadable
}

fn plain(bytes: &[u8], found: Match) -> Candidate {
    let secret = bytes.get(found.secret.clone()).unwrap_or_default().to_vec();
    let matched = bytes.get(found.whole.clone()).unwrap_or_default().to_vec();
    Candidate {
        rule: found.rule,
        span: found.whole,
        at: found.secret.start,
        secret,
        via: Vec::new(),
        proof: found.proof,
        stands: found.stands,
        matched,
        role: found.role,
    }
}

fn decoded(bytes: &[u8], found: Match, chain: &[(&'static str, &Origin)]) -> Candidate {
    let secret = bytes.get(found.secret.clone()).unwrap_or_default().to_vec();
    let at = back(chain, &found.secret).start;
    let via = chain.iter().map(|(how, _)| *how).collect();
    let matched = bytes.get(found.whole.clone()).unwrap_or_default().to_vec();
    let (span, proof, stands, role) = (back(chain, &found.whole), found.proof, found.stands, found.role);
    Candidate { rule: found.rule, span, at, secret, via, proof, stands, matched, role }
}

/// Where in the text a range of a decoded form comes from.
fn back(chain: &[(&'static str, &Origin)], span: &Range<usize>) -> Range<usize> {
    chain.iter().rev().fold(span.clone(), |span, (_, origin)| origin.input_span(&span))
}
