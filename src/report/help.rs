//! What `--help` prints: one text for the program and one for each command, at most 80 columns wide.
//!
//! Apart from the command line's parser, because these are words for people.

/// `leakgate --help`.
pub const OVERVIEW: &str = "\
leakgate: a git hook that refuses pushes and commits which add secrets or
customer data

usage: leakgate COMMAND [options] [arguments]

Hooks, started by git:
  pre-receive        on a server: judge a whole push before any ref moves
  update             on a server: judge one ref
  pre-push           in a clone: judge what is about to be pushed
  pre-commit         in a clone: judge what is staged
  pre-merge-commit   in a clone: judge what a merge is about to commit
  commit-msg         in a clone: judge a commit's message

For people:
  scan               look for leaks in files, in the index or in all history
  report             make one page of many scans' results
  allow              write an exception, with its reason, into the policy
  baseline           record what a repository holds, so that the gate can start
  policy             show what holds and who says so; check a policy file
  rules              list, show and test the rules that say what a leak is
  gitleaks           say what of a gitleaks configuration comes over
  fingerprint        make and keep the table of the organisation's own customers
  doctor             check that the gate is in place and works

Options of every command:
  --policy FILE      read one more policy file, over all others
  --help             this text, or a command's with `leakgate COMMAND --help`
  --version          the version

Started under a hook's name (a file called pre-receive, say), leakgate is that
hook.

Exit status:
  0  accepted: all of it was read and nothing was found
  1  refused: something was found
  2  refused: leakgate could not decide (unreadable objects, a bad policy, ...)

Policy files, each over the one before:
  1. the default that is built in (config/leakgate.toml)
  2. /etc/leakgate/rules/*.toml, then /etc/leakgate/leakgate.toml
  3. on a server leakgate.toml in the repository's git directory, in a work tree
     .leakgate.toml at its top and then ~/.config/leakgate/leakgate.toml
  4. --policy FILE
";

/// `leakgate pre-receive --help`.
pub const PRE_RECEIVE: &str = "\
usage: leakgate pre-receive [--policy FILE]

git's pre-receive hook. Judges everything that a push brings and that the
repository does not have yet, before any ref moves: if it is refused, nothing
is stored.

stdin:    one line for each ref, `<old id> <new id> <ref name>`; no line at all
          is an error
runs in:  the repository's git directory, with the environment that git sets
policy:   built in; /etc/leakgate; leakgate.toml in the git directory; --policy
          (never a file out of the push)

Exit status: 0 accepted, 1 refused: found something, 2 refused: cannot decide.
";

/// `leakgate update --help`.
pub const UPDATE: &str = "\
usage: leakgate update [--policy FILE] REF OLD NEW

git's update hook, for hosts that do not offer pre-receive. Judges what one ref
brings; other refs of the same push are judged by their own run and may be
stored although this one is refused.

REF OLD NEW: the ref's full name, its old id and its new id, as git passes them
policy:      built in; /etc/leakgate; leakgate.toml in the git directory;
             --policy (never a file out of the push)

Exit status: 0 accepted, 1 refused: found something, 2 refused: cannot decide.
";

/// `leakgate pre-push --help`.
pub const PRE_PUSH: &str = "\
usage: leakgate pre-push [--policy FILE] REMOTE URL

git's pre-push hook. Judges the commits and tags that are about to be sent and
that REMOTE is not known to have. `git push --no-verify` skips it: the gate that
cannot be skipped is the server's.

Where the policy's [remote] says which remotes are inside and outside, a push to
the outside is refused; one to a URL with a password in it is in any case. Which
host an ssh alias is, `ssh -G` is asked.

REMOTE URL: the remote's name and address, as git passes them; without them, as
            pre-commit and prek say them in PRE_COMMIT_REMOTE_NAME and _URL, and
            then all branches and tags are judged
stdin:      one line for each ref,
            `<local ref> <local id> <remote ref> <remote id>`; may be empty
policy:     built in; /etc/leakgate; .leakgate.toml; --policy

Exit status: 0 accepted, 1 refused: found something, 2 refused: cannot decide.
";

/// `leakgate pre-commit --help`.
pub const PRE_COMMIT: &str = "\
usage: leakgate pre-commit [--policy FILE]

git's pre-commit hook. Judges the lines that the staged files add to the last
commit. `git commit --no-verify` skips it.

stdin:   not read
policy:  built in; /etc/leakgate; .leakgate.toml; --policy

Exit status: 0 accepted, 1 refused: found something, 2 refused: cannot decide.
";

/// `leakgate pre-merge-commit --help`.
pub const PRE_MERGE_COMMIT: &str = "\
usage: leakgate pre-merge-commit [--policy FILE]

git's pre-merge-commit hook. Judges the lines that a merge is about to commit
and that neither side has. `git merge --no-verify` skips it.

stdin:   not read
policy:  built in; /etc/leakgate; .leakgate.toml; --policy

Exit status: 0 accepted, 1 refused: found something, 2 refused: cannot decide.
";

/// `leakgate commit-msg --help`.
pub const COMMIT_MSG: &str = "\
usage: leakgate commit-msg [--policy FILE] MESSAGE-FILE

git's commit-msg hook. Judges the message of the commit that is being made, as
git will store it: without its comment lines. `git commit --no-verify` skips it.

MESSAGE-FILE: the file with the message, as git passes it
stdin:        not read
policy:       built in; /etc/leakgate; .leakgate.toml; --policy

Exit status: 0 accepted, 1 refused: found something, 2 refused: cannot decide.
";

/// `leakgate scan --help`.
pub const SCAN: &str = "\
usage: leakgate scan [options] PATH...     files, and all files below folders
       leakgate scan [options] -           standard input
       leakgate scan [options] A..B        the lines that these commits add
       leakgate scan [options] --staged    what is staged
       leakgate scan [options] --all [REPO...]
                                           all history, messages included; of
                                           many repositories one process each

Lists every place, one a line. Changes nothing.

  --repo DIR       the repository (default: the one around the current folder)
  --format text    PATH:LINE:COLUMN: RULE: REDACTED VALUE (DETAILS); the default
  --format jsonl   one JSON object a line; README.md lists its keys
  --format json    the same objects as one list
  --format sarif   SARIF 2.1.0, for GitHub, GitLab, Azure DevOps, editors
  --format junit   JUnit XML, for Jenkins and other CI servers
  --format gitlab  GitLab's secret detection report
  --policy FILE    read one more policy file, over all others

With --all:
  --by-finding     one paragraph a value: all its places, the first and last,
                   and whether HEAD still holds it
  --report FILE    write a page (HTML, nothing loaded from elsewhere)
  --results DIR    keep each repository's results in DIR, and scan only those
                   that have changed since: an interrupted run goes on
  --jobs N         repositories at once (default: as many as cores)
  --format results what `leakgate report` reads

A terminal gets a progress bar. Of many repositories text is by finding; json,
sarif, junit and gitlab are for one at a time.

policy: built in; /etc/leakgate; .leakgate.toml; --policy

Exit status: 0 all was read and nothing found, 1 found something, 2 could not
read or decide; of many repositories 2 also when one could not be scanned.
";

/// `leakgate report --help`.
pub const REPORT: &str = "\
usage: leakgate report RESULTS... > report.html

Makes one page of many scans: RESULTS are files that `leakgate scan --all
--format results` wrote, several one after the other if need be, or folders with
such files (*.jsonl) as `--results DIR` leaves them.

  --by-finding     print a listing by finding instead of the page

Reads no policy: that of the scans holds (--policy is not looked at). Results
that were cut off or changed are an error.

Exit status: 0 nothing was found, 1 something was found, 2 a repository could
not be scanned, or results cannot be read.
";

/// `leakgate rules --help`.
pub const RULES: &str = "\
usage: leakgate rules list [--tag TAG] [--group GROUP] [--format text|jsonl]
       leakgate rules show ID
       leakgate rules test [FILE...]
       leakgate rules table

list   one line a rule: - if it is switched off, + if an offline check proves
       its values, id, severity, group, description
show   everything that one rule says: what its secret opens, how to revoke it,
       how it is found, examples with made-up values
test   runs each rule's examples and counter-examples through the engine that
       judges pushes. With FILE (a policy or a rule pack): the rules in it, over
       the built-in ones, with hints for their author; their examples need not
       be right yet, and an id that exists already is replaced
table  the built-in rules by group, counted, as a Markdown table

  --tag TAG        list: only rules with this tag
  --group GROUP    list: only rules of this group (the rule pack's name)
  --format text    list: 80 columns wide; the default
  --format jsonl   list: one JSON object a line, with all that a rule says
  --policy FILE    read one more policy file, over all others

policy: built in; /etc/leakgate; .leakgate.toml; --policy. With `test FILE`:
built in; --policy; FILE

Exit status: 0 answered, all rules pass; 1 test: a rule fails; 2 no such rule,
or a file that cannot be read.
";

/// `leakgate gitleaks --help`.
pub const GITLEAKS: &str = "\
usage: leakgate gitleaks check [--policy FILE]
       leakgate gitleaks check FILE [--default-config FILE]

Says what leakgate makes of a gitleaks configuration: the rules, allowlists and
single findings that come over, and each thing that does not, with its place.
Compiles every pattern. Without FILE: of what the policy in force names under
`extend` and [gitleaks]. With FILE: of that configuration, over the built-in
rules.

  --default-config FILE   a copy of gitleaks' own config/gitleaks.toml, for
                          useDefault = true; without it leakgate's own rules
                          stand for gitleaks' default ones
  --policy FILE           read one more policy file, over all others

Exit status: 0 everything comes over; 1 something does not, or means something
else; 2 the configuration cannot be run, and no hook would accept anything.
";

/// `leakgate fingerprint --help`.
pub const FINGERPRINT: &str = "\
usage: leakgate fingerprint key FILE
       leakgate fingerprint build --key FILE --out TABLE [options] < LIST.csv
       leakgate fingerprint test TABLE... --key FILE < LINES
       leakgate fingerprint stat TABLE --key FILE [--verify]
       leakgate fingerprint forget TABLE --key FILE --field NAME < VALUES
       leakgate fingerprint merge TABLE TABLE... --key FILE --out TABLE
       leakgate fingerprint rotate TABLE NEXT --key FILE --next-key FILE

Keeps a table of the organisation's own customers: keyed fingerprints of their
addresses and numbers, alone and in pairs, nothing that can be read. Hooks whose
policy names it ([exact]) refuse a real customer's record.

key     makes a key, for its owner alone; FILE must not exist
build   reads the customer list, CSV with a header, from standard input; writes
        nothing of it but fingerprints; puts TABLE in its place as a whole
test    one line of yes or no for each line of standard input, values masked
stat    what the table says about itself; --verify reads and proves all of it
forget  lets the values, one a line, count no more, at once; the next build
        starts anew
merge   joins tables of one key
rotate  leads to the next key, one step a call: tables cannot change their key,
        so the next one is built from the list, and hooks ask both for a while

Options of build:
  --field NAME=COLUMN      a field and its column (its name, or #1, #2, ...);
                           NAME is email, phone, customer, name or address.
                           Again for more. Default: by the words in the header
  --field NAME:KIND=COLUMN a field of another name; KIND is email, phone,
                           number or text
  --pair NAME+NAME         keep these pairs only. Default: all but two texts
  --pair-only NAME         never let the field count alone
  --exclude FILE           leave out rows with these values: test customers
  --own-domain DOMAIN      leave out the organisation's own people
  --region CC              the country of telephone numbers. Default: JP
  --expires DAY            YYYY-MM-DD or a number of days; later hooks refuse
                           everything until there is a new table
  --least N                fewer records make no table. Default: 1
  --bad PERCENT            more bad rows make no table. Default: 5
  --delimiter C            the character between cells, or tab. Default: found
  --no-header              the first row is a record; columns by number

A field whose numbers lie so close together that ordinary ones would meet them
is kept in pairs only. policy: only hooks and scan read it, none of --policy
here.

Exit status: 0 done, nothing known; 1 test: something is known, stat: expired;
2 could not, nothing was changed.
";

/// `leakgate allow --help`.
pub const ALLOW: &str = "\
usage: leakgate allow FINGERPRINT... --reason WHY [options]
       leakgate allow PATH:LINE... --reason WHY [options]
       leakgate allow --rule ID --path PATTERN --reason WHY [options]

Adds an [[allow]] entry at the end of a policy file, and leaves all else in it
as it is. Does nothing if an entry that is in force says the same already.

FINGERPRINT    as a refusal shows it, 16 hex digits: the value, wherever it lies
PATH:LINE      the values that are found on this line of a file, by fingerprint

  --reason WHY     why this is no leak; needed
  --owner WHO      who answers for it
  --expires DAY    the last day on which the entry holds, YYYY-MM-DD or a number
                   of days from today. Default: no end
  --rule ID        values of this rule only, `*` for any part. Again for more
  --path PATTERN   in these paths only, as in .gitignore. Again for more
  --file FILE      the policy file. Default: .leakgate.toml at the work tree's
                   top; leakgate.toml in a server repository's git directory
  --repo DIR       the repository (default: the one around the current folder)
  --policy FILE    read one more policy file, over all others

The changed policy is loaded before it is written: what a lock forbids, or what
would switch the gate off, changes nothing.

Exit status: 0 added, or there already; 2 nothing was written.
";

/// `leakgate baseline --help`.
pub const BASELINE: &str = "\
usage: leakgate baseline [--update] [--prune] [options]

Records what the history of all branches and tags holds, so that hooks can start
today: a value that is recorded passes, wherever it is added again, and nothing
else does. Writes fingerprints and rules, no values, a line each, sorted, so
that git can merge it; and names the file in the policy if it is not yet there.

  --update       add what is found and not recorded yet
  --prune        take out what is found no more
  --file FILE    the baseline. Default: the policy's, or .leakgate-baseline at
                 the work tree's top; leakgate-baseline in a server repository's
                 git directory
  --repo DIR     the repository (default: the one around the current folder)
  --policy FILE  read one more policy file, over all others

Not recorded: what the policy allows already, markers, and what could not be
read. A hook whose policy names a baseline that is missing or damaged refuses.

Exit status: 0 written; 2 nothing was written.
";

/// `leakgate policy --help`.
pub const POLICY: &str = "\
usage: leakgate policy [--format text|jsonl] [options]
       leakgate policy check [FILE] [options]
       leakgate policy default

Without a word: every setting that holds here, with the file and line that says
so. A setting that a later file replaces is not shown; lists to which files add
are shown entry by entry.

check    loads everything a hook would: all files that hold here, or FILE over
         the built-in policy; also the baseline and the tables they name. Says
         which exceptions are over
default  prints the built-in policy, with a comment about every key

  --format text    KEY = VALUE  # FILE:LINE; the default
  --format jsonl   one JSON object a line: key, value, origin
  --repo DIR       the repository (default: the one around the current folder)
  --policy FILE    read one more policy file, over all others

Exit status: 0 the policy is right; 2 it is not, and hooks refuse everything.
";

/// `leakgate doctor --help`.
pub const DOCTOR: &str = "\
usage: leakgate doctor [--repo DIR] [--push] [--policy FILE]

Checks that the gate is in place: the hooks exist, are executable and start this
leakgate, the policy files can be read and belong to whom they should, the rules
compile and find their own examples. Says which policy files are in force, and
in a clone whether a push to each of its remotes would be refused.

  --repo DIR      the repository to look at (default: the one around the current
                  folder)
  --push          also push a made-up secret and a clean change to a branch of
                  their own: the first is refused, the second lands, is deleted
  --policy FILE   read one more policy file, over all others

Exit status: 0 all is well, 1 something is not, 2 could not find out.
";

#[cfg(test)]
mod tests;
