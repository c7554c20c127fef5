#!/bin/sh
# Installs leakgate: the binary, the hooks that git runs, and a policy. `./install.sh --help` says how.
#
# Why each step is as it is: git refuses a push when its hook dies, but takes it without a word when the hook is
# missing, a dangling link, empty or not executable. So a hook is never a link, it is written beside its place and
# renamed into it, and nothing is called installed before a planted secret was refused and a clean change accepted.
#
# Everything is checked before anything is changed, and whatever goes wrong later is undone: all targets or none.

# shellcheck disable=SC2012,SC2015,SC2016,SC3013
# (ls for owners and modes, which find prints only in GNU's dialect; `a && b || fail`; shims quoted on purpose; -ef,
# which every sh has and POSIX.1-2024 too.)

set -eu
LC_ALL=C
export LC_ALL
umask 022
# Started from a hook, these would point every git below at that hook's repository.
unset CDPATH GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES \
    GIT_COMMON_DIR GIT_NAMESPACE GIT_PREFIX GIT_QUARANTINE_PATH GIT_SHALLOW_FILE GIT_GRAFT_FILE GIT_CONFIG \
    GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT GIT_IMPLICIT_WORK_TREE GIT_INTERNAL_SUPER_PREFIX GIT_REPLACE_REF_BASE \
    GIT_NO_REPLACE_OBJECTS GIT_TEMPLATE_DIR GIT_DEFAULT_HASH GIT_DEFAULT_REF_FORMAT GIT_PUSH_OPTION_COUNT \
    GIT_REFLOG_ACTION GIT_EDITOR GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME \
    GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE GIT_ALLOW_PROTOCOL GIT_PROTOCOL

local_hooks='pre-commit pre-merge-commit commit-msg pre-push'
server_hooks='pre-receive'
# Every hook that git looks for in a hooks directory. Not here: fsmonitor-watchman, which core.fsmonitor names by path.
all_hooks='applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg
    post-commit pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update
    reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate p4-changelist
    p4-prepare-changelist p4-post-changelist p4-pre-submit post-index-change'

usage() {
    cat <<'END'
usage: ./install.sh [options]                     build and install the binary
       ./install.sh [options] REPO...             and set up these work trees
       ./install.sh [options] --server REPO...    and set up these server repositories
       ./install.sh [options] --server-root DIR   and every bare repository below DIR
       ./install.sh [options] --global            and every work tree of this user
       ./install.sh --uninstall [REPO... | --server REPO... | --server-root DIR | --global]

  --prefix DIR    the binary goes to DIR/bin, or to DIR when that is called bin
                  (default: /usr/local when it can be written, else ~/.local)
  --bin FILE      install this binary instead of building one
  --policy FILE   copy FILE to leakgate.toml in each repository's git directory
  --force         replace a leakgate.toml that differs
  --uninstall     remove the hooks and put back the ones that were there before;
                  without a target, remove the binary
  --print-shim HOOK
                  print the shim of HOOK, for a host that wants its hooks in a
                  place of its own (hooks/README.md)
  --help          this text

Work trees get pre-commit, pre-merge-commit, commit-msg and pre-push; servers
get pre-receive. A hook that is already there is kept as NAME.leakgate-kept and
runs after leakgate. With --global and --server together, the account's hooks
directory gets pre-receive, for a server where all repositories are one user's.
END
}

say() { printf '%s\n' "$*"; }
warn() { printf 'install.sh: %s\n' "$*" >&2; }
# What happened and where; why; what to do. The EXIT trap undoes.
fail() {
    for fail_line; do warn "$fail_line"; done
    exit 1
}
misuse() {
    warn "$1" "(--help says how)"
    exit 2
}

# ---------------------------------------------------------------------------------------------- names and paths

# Sets $quoted to $1 as one word of shell source. No process and no `$(...)`: a path may end in a line feed.
quote() {
    quote_rest=$1
    quoted=
    while :; do
        case $quote_rest in
        *\'*)
            quoted=$quoted${quote_rest%%\'*}"'\\''"
            quote_rest=${quote_rest#*\'}
            ;;
        *) break ;;
        esac
    done
    quoted="'$quoted$quote_rest'"
}

# Sets $path to the absolute form of the existing directory $1.
directory() {
    case $1 in /*) path=$1 ;; *) path=./$1 ;; esac
    path=$(cd -- "$path" 2>/dev/null && pwd -P && printf x) || return 1
    path=${path%?x}
}

# Sets $path to the absolute form of the file $1, whose directory exists.
file() {
    file_name=${1##*/}
    case $1 in */*) directory "${1%/*}/" || return 1 ;; *) directory . || return 1 ;; esac
    path=${path%/}/$file_name
}

# Sets $answer to what git prints, without its final line feed and with all others.
ask_git() {
    answer=$(git "$@" && printf x) || return 1
    answer=${answer%?x}
}

exists() { [ -e "$1" ] || [ -L "$1" ]; }

owner_of() { ls -ldn -- "$1" 2>/dev/null | awk 'NR == 1 { print $3 }'; }

# ---------------------------------------------------------------------------------------------- undoing

undo=
work=
stage=
finished=

# Puts one command, made of quoted words, in front of what will be undone if the script ends early.
on_failure() {
    on_failure_command=
    for on_failure_word; do
        quote "$on_failure_word"
        on_failure_command="$on_failure_command $quoted"
    done
    undo="$on_failure_command
$undo"
}

clean_up() {
    clean_up_status=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    if [ -z "$finished" ] && [ -n "$undo" ]; then
        warn "undoing what was done"
        eval "$undo"
    fi
    [ -z "$stage" ] || rm -rf -- "$stage"
    [ -z "$work" ] || rm -rf -- "$work"
    exit "$clean_up_status"
}

start_work() {
    [ -z "$work" ] || return 0
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    work=$(mktemp -d "${TMPDIR:-/tmp}/leakgate-install.XXXXXX") ||
        fail "cannot make a scratch directory in ${TMPDIR:-/tmp}" "set TMPDIR to a directory that can be written"
    work_count=0
}

# Copies file $1 to $2 with mode $3: beside it, then renamed over it, so that git never meets half a file.
place() {
    place_new=$2.leakgate-new.$$
    rm -f -- "$place_new"
    if cp -- "$1" "$place_new" && chmod "$3" "$place_new" && cmp -s -- "$1" "$place_new"; then
        # A crash must not leave an empty file, which git takes for a hook that says yes.
        sync -- "$place_new" 2>/dev/null || :
        mv -f -- "$place_new" "$2" && return 0
    fi
    rm -f -- "$place_new"
    return 1
}

# ---------------------------------------------------------------------------------------------- the shims

# Prints the shim of hook $1 in form $2. This is the only place that knows its text; hooks/README.md explains it.
#   alone  leakgate
#   chain  leakgate, then the hook that was here before
#   own    leakgate, then the repository's own hook, which core.hooksPath hides
#   pass   only the repository's own hook
shim() {
    printf '%s\n' '#!/bin/sh' '# leakgate shim 1'
    if [ "$2" != pass ]; then
        quote "$binary"
        printf 'leakgate=%s\n' "$quoted"
    fi
    case $2 in
    alone) printf 'exec "$leakgate" %s "$@"\n' "$1" ;;
    chain)
        cat <<'END'
next=$0.leakgate-kept
if [ ! -x "$next" ]; then
    printf '%s\n' "leakgate: could not check: the hook kept as $next is gone; run install.sh again" >&2
    exit 2
fi
END
        shim_both "$1"
        ;;
    own | pass)
        # git init runs reference-transaction in a repository that is not one yet: then GIT_DIR has to do.
        cat <<END
next=\$(git rev-parse --git-common-dir 2>/dev/null && printf x) || next=\${GIT_DIR:?}/x
next=\${next%?x}/hooks/$1
if [ ! -x "\$next" ] || [ "\$next" -ef "\$0" ]; then
END
        case $2.$1 in
        own.*) printf '    exec "$leakgate" %s "$@"\n' "$1" ;;
        pass.push-to-checkout) shim_checkout ;;
        pass.proc-receive) printf '    echo "leakgate: this repository has no proc-receive hook" >&2\n    exit 1\n' ;;
        pass.*) printf '    exit 0\n' ;;
        esac
        printf 'fi\n'
        case $2 in own) shim_both "$1" ;; *) printf 'exec "$next" "$@"\n' ;; esac
        ;;
    esac
}

# The part of a shim that runs leakgate and then "$next".
shim_both() {
    case $1 in
    pre-receive | pre-push)
        # `$(...)` drops final line feeds, hence the x. A list cut short on its way to leakgate would be a list
        # partly judged, so "whole" must be said by whoever sends it before leakgate's status counts.
        cat <<END
input=\$(cat && printf x) || exit 2
input=\${input%x}
{
    verdict=\$(
        exec 3>&1
        {
            printf '%s' "\$input" && printf 'whole ' >&3
        } | {
            "\$leakgate" $1 "\$@" >&4 3>&- 4>&-
            printf '%s ' "\$?" >&3
        }
    )
} 4>&1
case \$verdict in
'whole 0 ' | '0 whole ') ;;
*)
    verdict=\${verdict#whole }
    case \${verdict%% *} in
    '' | 0 | *[!0-9]*)
        echo 'leakgate: could not check: the list of refs did not arrive whole' >&2
        exit 2
        ;;
    esac
    exit "\${verdict%% *}"
    ;;
esac
printf '%s' "\$input" | "\$next" "\$@"
END
        ;;
    *)
        printf '"$leakgate" %s "$@" </dev/null || exit\nexec "$next" "$@"\n' "$1"
        ;;
    esac
}

# What git does when a checked-out branch is pushed to with receive.denyCurrentBranch=updateInstead and there is no
# push-to-checkout hook: with one that merely says yes, the work tree would stay behind its branch.
shim_checkout() {
    cat <<'END'
    base=$(git rev-parse -q --verify HEAD) || base=$(git hash-object -t tree /dev/null) || exit 1
    git update-index -q --ignore-submodules --refresh || exit 1
    git diff-files --quiet --ignore-submodules -- || exit 1
    git diff-index --quiet --cached --ignore-submodules "$base" -- || exit 1
    exec git read-tree -u -m "$1"
END
}

# ---------------------------------------------------------------------------------------------- looking at hooks

is_shim() {
    [ -f "$1" ] && [ ! -L "$1" ] || return 1
    is_shim_line=$(dd if="$1" bs=512 count=1 2>/dev/null | tr -d '\000' | sed -n 2p) || return 1
    case $is_shim_line in '# leakgate shim '*) return 0 ;; *) return 1 ;; esac
}

# Whether git would have run the hook $1, and so whether leakgate's shim should. Sets $why_not.
is_alive() {
    why_not=
    if [ ! -e "$1" ]; then
        why_not='a link to nothing'
    elif [ -d "$1" ]; then
        why_not='a directory'
    elif [ ! -s "$1" ]; then
        why_not='empty'
    elif [ ! -x "$1" ]; then
        why_not='not executable, so git ignored it'
    elif [ "$1" -ef "$binary" ] || cmp -s -- "$1" "$binary"; then
        why_not='leakgate itself'
    elif [ -L "$1" ]; then
        # An older installation may link to a leakgate elsewhere, which would not know itself under the kept name.
        case $(readlink -- "$1") in leakgate | */leakgate) why_not='a link to a leakgate' ;; esac
    fi
    [ -z "$why_not" ]
}

# Sets $form to the shim that hook $2 of directory $1 needs; $3 is the form for a place without a kept hook.
choose_form() {
    form=$3
    choose_kept=
    if is_shim "$1/$2" || ! exists "$1/$2"; then
        ! exists "$1/$2.leakgate-kept" || choose_kept=$1/$2.leakgate-kept
    else
        choose_kept=$1/$2
    fi
    if [ -n "$choose_kept" ] && is_alive "$choose_kept"; then form=chain; fi
}

# Whether the hooks $3 can be put into directory $1; $2 names the target in messages. Changes nothing.
check_hooks() {
    check_parent=$1
    while ! exists "$check_parent"; do
        case $check_parent in */*) check_parent=${check_parent%/*} ;; *) check_parent= ;; esac
        [ -n "$check_parent" ] || check_parent=/
    done
    if [ ! -d "$check_parent" ]; then
        warn "cannot set up $2: $1 cannot hold hooks: $check_parent is not a directory" \
            "(git config --show-origin core.hooksPath says who set it)"
        return 1
    fi
    if [ ! -w "$check_parent" ] || [ ! -x "$check_parent" ]; then
        warn "cannot set up $2: $check_parent cannot be written by $(id -un)" \
            "(owner: uid $(owner_of "$check_parent")): run as its owner or as root, or mount it writable"
        return 1
    fi
    check_status=0
    for check_hook in $3; do
        if [ -d "$1/$check_hook" ] && [ ! -L "$1/$check_hook" ]; then
            warn "cannot set up $2: $1/$check_hook is a directory: move it away"
            check_status=1
        elif exists "$1/$check_hook" && exists "$1/$check_hook.leakgate-kept" && ! is_shim "$1/$check_hook"; then
            warn "cannot set up $2: $1/$check_hook is not leakgate's, and $check_hook.leakgate-kept is there already:" \
                "merge the two into $check_hook and remove the kept one"
            check_status=1
        fi
    done
    return "$check_status"
}

# ---------------------------------------------------------------------------------------------- placing hooks

undo_new_hook() { ! is_shim "$1" || rm -f -- "$1"; }
undo_kept_hook() { mv -f -- "$1.leakgate-kept" "$1"; }
undo_file() { place "$1" "$2" "$3"; }

# Puts the hooks $2 into directory $1; $3 is the form for a place without a kept hook.
put_hooks() {
    if [ ! -d "$1" ]; then
        mkdir -p -- "$1" || fail "cannot make the hooks directory $1"
        on_failure rmdir -- "$1"
    fi
    for put_hook in $2; do
        choose_form "$1" "$put_hook" "$3"
        shim "$put_hook" "$form" >"$work/shim" || fail "cannot write to the scratch directory $work"
        put_hook_file "$1/$put_hook"
    done
}

put_hook_file() {
    if is_shim "$1"; then
        if [ -x "$1" ] && cmp -s -- "$work/shim" "$1"; then return 0; fi
        work_count=$((work_count + 1))
        cp -- "$1" "$work/old.$work_count" || fail "cannot read the hook $1"
        on_failure undo_file "$work/old.$work_count" "$1" 755
    elif exists "$1"; then
        if is_alive "$1"; then
            say "keeping $1 as ${1##*/}.leakgate-kept; it runs after leakgate"
        else
            say "keeping $1 as ${1##*/}.leakgate-kept; it will not run: it is $why_not"
        fi
        # A second name first, then the rename over the first: at no moment is there no hook.
        if [ -L "$1" ] || ! ln -- "$1" "$1.leakgate-kept" 2>/dev/null; then
            cp -pP -- "$1" "$1.leakgate-kept" || fail "cannot keep $1 as $1.leakgate-kept"
        fi
        on_failure undo_kept_hook "$1"
    else
        on_failure undo_new_hook "$1"
    fi
    place "$work/shim" "$1" 755 || fail "cannot write the hook $1" "is the disk full or read-only?"
    # `-x` also says no on a file system mounted noexec, where git would pass the hook over.
    if [ -L "$1" ] || [ ! -f "$1" ] || [ ! -x "$1" ] || ! cmp -s -- "$work/shim" "$1"; then
        fail "the hook $1 was written, and is not there as an executable file" \
            "is its file system mounted noexec, or does another program manage the hooks?"
    fi
}

# Takes the hooks $2 out of directory $1 and puts the kept ones back.
remove_hooks() {
    for remove_hook in $2; do
        remove_path=$1/$remove_hook
        if exists "$remove_path" && ! is_shim "$remove_path"; then
            say "leaving $remove_path alone: it is not leakgate's"
            ! exists "$remove_path.leakgate-kept" || say "leaving $remove_path.leakgate-kept beside it"
        elif exists "$remove_path.leakgate-kept"; then
            mv -f -- "$remove_path.leakgate-kept" "$remove_path" || fail "cannot put back $remove_path"
            say "put back $remove_path"
        elif exists "$remove_path"; then
            rm -f -- "$remove_path" || fail "cannot remove $remove_path"
            say "removed $remove_path"
        fi
    done
}

# ---------------------------------------------------------------------------------------------- policy

check_policy() {
    [ -n "$policy" ] || return 0
    if exists "$1/leakgate.toml" && ! cmp -s -- "$policy" "$1/leakgate.toml" && [ -z "$force" ]; then
        warn "$1/leakgate.toml is there already and differs from $policy: compare them, then use --force"
        return 1
    fi
}

undo_new_policy() { ! cmp -s -- "$policy" "$1" || rm -f -- "$1"; }

put_policy() {
    [ -n "$policy" ] || return 0
    put_policy_path=$1/leakgate.toml
    if exists "$put_policy_path"; then
        ! cmp -s -- "$policy" "$put_policy_path" || return 0
        work_count=$((work_count + 1))
        cp -- "$put_policy_path" "$work/old.$work_count" || fail "cannot read $put_policy_path"
        on_failure undo_file "$work/old.$work_count" "$put_policy_path" 644
    else
        on_failure undo_new_policy "$put_policy_path"
    fi
    place "$policy" "$put_policy_path" 644 || fail "cannot write the policy $put_policy_path"
    say "policy: $put_policy_path"
}

remove_policy() {
    exists "$1/leakgate.toml" || return 0
    if [ -n "$policy" ] && cmp -s -- "$policy" "$1/leakgate.toml"; then
        rm -f -- "$1/leakgate.toml" || fail "cannot remove $1/leakgate.toml"
        say "removed $1/leakgate.toml"
    else
        say "leaving $1/leakgate.toml (--policy FILE removes it when it is the same)"
    fi
}

# ---------------------------------------------------------------------------------------------- proof

# Sets $token to a made-up GitHub token with a right checksum (CRC-32 in base 62 over its 30 random characters).
make_token() {
    token=$(tr -dc '0-9A-Za-z' </dev/urandom 2>/dev/null | dd bs=1 count=30 2>/dev/null) || token=
    [ "${#token}" -eq 30 ] || fail "cannot read /dev/urandom, which the proof needs"
    token_crc=4294967295
    token_rest=$token
    while [ -n "$token_rest" ]; do
        token_tail=${token_rest#?}
        token_crc=$((token_crc ^ $(printf '%d' "'${token_rest%"$token_tail"}")))
        token_rest=$token_tail
        for _ in 1 2 3 4 5 6 7 8; do
            # The masks keep shells with 32-bit numbers from shifting a sign in.
            if [ $((token_crc & 1)) -eq 1 ]; then
                token_crc=$((token_crc >> 1 & 2147483647 ^ 3988292384))
            else
                token_crc=$((token_crc >> 1 & 2147483647))
            fi
        done
    done
    token_crc=$((token_crc ^ 4294967295))
    token_high=$((token_crc >> 16 & 65535))
    token_low=$((token_crc & 65535))
    token_sum=
    for _ in 1 2 3 4 5 6; do
        token_low=$((token_high % 62 * 65536 + token_low))
        token_high=$((token_high / 62))
        token_char=$(printf '%s' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz |
            cut -c "$((token_low % 62 + 1))")
        token_sum=$token_char$token_sum
        token_low=$((token_low / 62))
    done
    token=ghp_$token$token_sum
}

# git in the scratch directory, with none of the user's settings: their hooks and signing keys stay out of it.
scratch_git() {
    HOME=$scratch XDG_CONFIG_HOME=$scratch GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$scratch/.gitconfig \
        git -C "$scratch/$scratch_in" "$@" </dev/null >"$scratch/said" 2>&1
}

# Makes $scratch with an empty work tree `work` and a bare `gate.git`; hooks run from directory $1 when that is given.
start_scratch() {
    work_count=$((work_count + 1))
    scratch=$work/scratch.$work_count
    scratch_in=.
    stand_in_hooks=
    mkdir -- "$scratch" || fail "cannot make a directory in $work"
    {
        printf '[user]\n\tname = leakgate install\n\temail = install@leakgate.invalid\n'
        printf '[init]\n\tdefaultBranch = main\n[commit]\n\tgpgSign = false\n[gc]\n\tauto = 0\n'
    } >"$scratch/.gitconfig"
    scratch_git init -q --template= work || not_proven "git cannot make a scratch repository" || return 1
    scratch_git init -q --template= --bare gate.git || not_proven "git cannot make a scratch repository" || return 1
    [ -z "$1" ] || scratch_git config --global core.hooksPath "$1"
    scratch_in=work
}

not_proven() {
    warn "not proven: $1"
    if [ -s "$scratch/said" ]; then
        tail -n 12 -- "$scratch/said" | sed 's/^/    | /' >&2
    fi
    return 1
}

# Copies the hooks $3 from directory $1 to the new directory $2. Kept hooks are not copied: they may deploy or notify.
# In their place a stand-in writes down what it was given.
copy_hooks() {
    mkdir -p -- "$2" || return 1
    stand_in_dir=$2
    for copy_hook in $3; do
        cp -p -- "$1/$copy_hook" "$2/$copy_hook" && cmp -s -- "$1/$copy_hook" "$2/$copy_hook" || return 1
        if grep -q 'leakgate-kept$' "$2/$copy_hook"; then
            printf '#!/bin/sh\ncat >"$0.saw"\n' >"$2/$copy_hook.leakgate-kept"
            chmod 755 "$2/$copy_hook.leakgate-kept"
            stand_in_hooks="$stand_in_hooks $copy_hook "
        fi
    done
}

# Whether the stand-in for a kept hook $2, if there is one, ran ($1 = ran) or did not ($1 = idle).
stand_in() {
    case $stand_in_hooks in *" $2 "*) ;; *) return 0 ;; esac
    stand_in_saw=$stand_in_dir/$2.leakgate-kept.saw
    case $1 in
    ran) [ -e "$stand_in_saw" ] || not_proven "a kept $2 hook would not run after leakgate" || return 1 ;;
    idle) [ ! -e "$stand_in_saw" ] || not_proven "a kept $2 hook would run though leakgate refused" || return 1 ;;
    esac
    rm -f -- "$stand_in_saw"
}

# $1: a message. Commits a file that holds $2, past the hooks when $3 says --no-verify.
scratch_commit() {
    printf 'key = "%s"\n' "$2" >"$scratch/work/settings.txt"
    scratch_git add settings.txt && scratch_git commit -q ${3:+"$3"} -m "$1"
}

scratch_ref() {
    HOME=$scratch GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$scratch/.gitconfig \
        git -C "$scratch/gate.git" rev-parse -q --verify "refs/heads/$1" >/dev/null 2>&1
}

# One refused and one accepted push through pre-receive. $1: where the hooks are; $2: copy, or path for core.hooksPath;
# $3: the policy file that will be in force, if any.
prove_server() {
    case $2 in
    path) start_scratch "$1" || return 1 ;;
    *) start_scratch '' && copy_hooks "$1" "$scratch/gate.git/hooks" "$server_hooks" || return 1 ;;
    esac
    [ -z "$3" ] || cp -- "$3" "$scratch/gate.git/leakgate.toml" || return 1
    scratch_commit clean 'nothing secret' --no-verify || not_proven "git cannot commit" || return 1
    scratch_git branch clean || return 1
    scratch_commit planted "$token" --no-verify || not_proven "git cannot commit" || return 1
    if scratch_git push -q --no-verify ../gate.git HEAD:refs/heads/planted || scratch_ref planted; then
        not_proven "a push with a planted token was accepted" || return 1
    fi
    cp -- "$scratch/said" "$work/refusal" || return 1
    stand_in idle pre-receive || return 1
    scratch_git push -q --no-verify ../gate.git clean:refs/heads/clean && scratch_ref clean ||
        not_proven "a push without secrets was refused" || return 1
    stand_in ran pre-receive
}

# One refused and one accepted commit, message and push through the local hooks. Arguments as for prove_server.
prove_local() {
    case $2 in
    path) start_scratch "$1" || return 1 ;;
    *) start_scratch '' && copy_hooks "$1" "$scratch/work/.git/hooks" "$local_hooks" || return 1 ;;
    esac
    [ -z "$3" ] || cp -- "$3" "$scratch/work/.git/leakgate.toml" || return 1
    if scratch_commit planted "$token"; then not_proven "a commit with a planted token was accepted" || return 1; fi
    stand_in idle pre-commit || return 1
    scratch_commit clean 'nothing secret' || not_proven "a commit without secrets was refused" || return 1
    stand_in ran pre-commit && stand_in ran commit-msg || return 1
    if scratch_git commit -q --allow-empty -m "uses $token"; then
        not_proven "a commit message with a planted token was accepted" || return 1
    fi
    stand_in idle commit-msg || return 1
    scratch_git branch clean || return 1
    scratch_commit planted "$token" --no-verify || not_proven "git cannot commit" || return 1
    if scratch_git push -q ../gate.git HEAD:refs/heads/planted || scratch_ref planted; then
        not_proven "a push with a planted token was let out" || return 1
    fi
    stand_in idle pre-push || return 1
    scratch_git push -q ../gate.git clean:refs/heads/clean && scratch_ref clean ||
        not_proven "a push without secrets was held back" || return 1
    stand_in ran pre-push
}

# Proves the hooks of directory $2 for $1 (local or server); $3 copy or path, $4 the git directory with the policy.
# A fleet has few different shims and policies; each combination is proven once.
proven=
prove() {
    prove_policy=
    [ -z "$4" ] || [ ! -e "$4/leakgate.toml" ] || prove_policy=$4/leakgate.toml
    case $1 in local) prove_names=$local_hooks ;; *) prove_names=$server_hooks ;; esac
    prove_key=$(
        cd -- "$2" && for prove_name in $prove_names; do cat -- "$prove_name"; done | cksum
        [ -z "$prove_policy" ] || cksum <"$prove_policy"
    )
    prove_key="<$1 $3 $prove_key>"
    case $proven in *"$prove_key"*) return 0 ;; esac
    "prove_$1" "$2" "$3" "$prove_policy" || return 1
    proven=$proven$prove_key
    rm -rf -- "$scratch"
}

# ---------------------------------------------------------------------------------------------- the binary

default_prefix() {
    if [ "$(id -u)" -eq 0 ] || [ -w /usr/local/bin ]; then
        prefix=/usr/local
    else
        [ -n "${HOME:-}" ] || fail "HOME is not set" "say where the binary should go: --prefix DIR"
        prefix=$HOME/.local
    fi
}

# Sets $bin_dir and $binary to absolute paths.
binary_place() {
    [ -n "$prefix" ] || default_prefix
    case $prefix in */bin | */bin/ | bin) bin_dir=$prefix ;; *) bin_dir=$prefix/bin ;; esac
    if [ "$1" = make ] && [ ! -d "$bin_dir" ]; then
        mkdir -p -- "$bin_dir" || fail "cannot make $bin_dir" "choose another place: --prefix DIR"
        on_failure rmdir -- "$bin_dir"
    fi
    directory "$bin_dir" || fail "there is no directory $bin_dir" "say where leakgate was installed: --prefix DIR"
    bin_dir=$path
    binary=$bin_dir/leakgate
}

# Sets $source to the binary to install: the given one, a new build, or the one that is installed.
find_binary() {
    source=$bin
    if [ -n "$source" ]; then
        [ -f "$source" ] && [ -x "$source" ] || fail "$source is not an executable file" "--bin needs a ready binary"
        return 0
    fi
    if [ ! -f "$here/Cargo.toml" ]; then
        find_why="there is no Cargo.toml beside install.sh, so there is nothing to build"
    elif ! command -v cargo >/dev/null 2>&1; then
        find_why="there is no cargo, Rust's build tool, in PATH: install it (rustup.rs, or the package cargo)"
    else
        say "building leakgate"
        build || fail "cargo could not build leakgate (its message is above)"
        source=$work/built/bin/leakgate
        return 0
    fi
    [ -x "$binary" ] || fail "$find_why" "or give a ready binary: --bin FILE"
    say "using $binary, which is installed: $find_why"
    source=$binary
}

cargo_install() {
    cargo install --quiet --locked --no-track --path "$here" --target-dir "$here/target" --root "$work/built" "$@"
}

# Whether a program built with the flags $1 runs here.
can_build() {
    printf 'fn main() { println!("{:?}", std::env::args()); }' >"$work/probe.rs" || return 1
    # shellcheck disable=SC2086 # several flags
    rustc $1 -C panic=abort -o "$work/probe" "$work/probe.rs" >/dev/null 2>&1 && "$work/probe" >/dev/null
}

# Builds $work/built/bin/leakgate, static where that is possible: it starts in half the time (no libraries to look up, and
# nothing to relocate, as it has one fixed address: leakgate has no unsafe code that an attacker could make use of), and
# runs wherever the kernel does. Tables for unwinding, a fifteenth of the file, are left out where the linker can: a
# program that aborts never unwinds. Where it was built does not show in it: the same bytes come out anywhere.
build() {
    build_cargo=${CARGO_HOME:-${HOME:-}/.cargo}
    static='-C target-feature=+crt-static -C relocation-model=static -C force-unwind-tables=no'
    static="$static --remap-path-prefix=$build_cargo/registry/src=/crates --remap-path-prefix=$here=/leakgate"
    build_host=$(rustc -vV 2>/dev/null | sed -n 's/^host: //p')
    case $build_host in *-linux-gnu) ;; *) build_host= ;; esac
    # Whoever sets flags or a target has reasons. Flags are divided at blanks.
    build_set=${RUSTFLAGS+x}${CARGO_ENCODED_RUSTFLAGS+x}${CARGO_BUILD_TARGET+x}
    case $build_set$here$build_cargo in x* | *[[:space:]]*) build_host= ;; esac
    for build_more in "-C link-arg=-Wl,--no-eh-frame-hdr -C link-arg=-Wl,-T,$here/config/lean.ld" ''; do
        # Some distributions leave out the C library's static form.
        [ -n "$build_host" ] && can_build "$static $build_more" || continue
        # With the target named, the flags are not those of what runs while building.
        RUSTFLAGS="$static $build_more" cargo_install --target "$build_host" && return 0
        warn "no static binary could be built: trying without"
    done
    cargo_install
}

undo_new_binary() { rm -f -- "$binary"; }

# Proves $source under its future neighbours' eyes, then renames it into place.
put_binary() {
    [ -w "$bin_dir" ] || fail "$bin_dir cannot be written by $(id -un)" "run as root, or choose: --prefix DIR"
    stage=$bin_dir/.leakgate-stage.$$
    mkdir -m 755 -- "$stage" || fail "cannot write to $bin_dir"
    on_failure rm -rf -- "$stage"
    cp -- "$source" "$stage/leakgate" && chmod 755 "$stage/leakgate" || fail "cannot copy $source to $bin_dir"
    "$stage/leakgate" --version >"$work/version" 2>&1 </dev/null ||
        fail "$source does not run here" "$(head -n 3 "$work/version")"
    prove_binary
    if [ -f "$binary" ] && [ ! -L "$binary" ] && [ -x "$binary" ] && cmp -s -- "$stage/leakgate" "$binary"; then
        say "$binary is up to date"
    else
        if exists "$binary"; then
            cp -pP -- "$binary" "$stage/before" || fail "cannot read $binary"
            on_failure mv -f -- "$stage/before" "$binary"
        else
            on_failure undo_new_binary
        fi
        sync -- "$stage/leakgate" 2>/dev/null || :
        mv -f -- "$stage/leakgate" "$binary" || fail "cannot write $binary"
        say "installed $binary ($(head -n 1 "$work/version"))"
    fi
}

# Nothing of the user's has changed yet: a binary that does not work as a gate never gets to its place.
prove_binary() {
    prove_binary_final=$binary
    binary=$stage/leakgate
    mkdir -- "$work/staged" || fail "cannot make a directory in $work"
    for prove_binary_hook in $local_hooks $server_hooks; do
        shim "$prove_binary_hook" alone >"$work/staged/$prove_binary_hook"
        chmod 755 "$work/staged/$prove_binary_hook"
    done
    prove local "$work/staged" copy '' && prove server "$work/staged" copy '' ||
        fail "$source does not work as a gate and was not installed"
    binary=$prove_binary_final
}

# A hook runs as the repository's owner; a binary in a home that is closed to others would make every push fail.
warn_if_hidden() {
    [ "$(owner_of "$1")" != "$(id -u)" ] || return 0
    hidden_path=$binary
    while [ -n "$hidden_path" ]; do
        case $(ls -ld -- "$hidden_path" | head -n 1) in
        ?????????[xt]*) ;;
        *)
            warn "warning: the owner of $1 may not be able to run $binary ($hidden_path is closed to others);" \
                "then every push is refused: use --prefix /usr/local"
            return 0
            ;;
        esac
        hidden_path=${hidden_path%/*}
    done
}

# ---------------------------------------------------------------------------------------------- targets

# Sets $git_dir and $hooks for work tree $1.
find_work_tree() {
    if ! ask_git -C "$1" rev-parse --is-inside-work-tree; then
        warn "$1 is not a git repository that git opens for you"
        return 1
    fi
    if [ "$answer" != true ]; then
        warn "$1 is not a work tree; for a server repository: --server"
        return 1
    fi
    ask_git -C "$1" rev-parse --show-toplevel && find_top=$answer &&
        ask_git -C "$find_top" rev-parse --git-common-dir && in_directory "$find_top" "$answer" && git_dir=$path &&
        ask_git -C "$find_top" rev-parse --git-path hooks && in_directory "$find_top" "$answer" && hooks=$path
}

# Sets $git_dir and $hooks for server repository $1. With an explicit git directory, git does not mind who owns it.
find_server() {
    if [ -f "$1/HEAD" ] && [ -d "$1/objects" ]; then
        directory "$1" && git_dir=$path
    elif ask_git -C "$1" rev-parse --absolute-git-dir; then
        git_dir=$answer
    else
        warn "$1 is not a git repository"
        return 1
    fi
    if ! (cd -- "$git_dir" && git --git-dir=. rev-parse --git-dir) >/dev/null; then
        warn "$1 is not a repository that git can open"
        return 1
    fi
    answer=$(cd -- "$git_dir" && git --git-dir=. rev-parse --git-path hooks && printf x) || return 1
    in_directory "$git_dir" "${answer%?x}" && hooks=$path
}

# Sets $path to $2 as seen from directory $1.
in_directory() {
    case $2 in
    /*) path=$2 ;;
    . | ./) path=$1 ;;
    ./*) path=$1/${2#./} ;;
    *) path=$1/$2 ;;
    esac
}

# Prints every bare repository below $1 as one word of shell source each. A directory called .git belongs to a work
# tree; whether core.bare is set is not asked, as a repository without it can be pushed to all the same.
bare_repositories() {
    bare_looks_so='[ -f "$1/HEAD" ] && [ -d "$1/objects" ] && [ -d "$1/refs" ]'
    # As in quote(), with the quotation mark as $0.
    bare_print='for rest; do
        quoted=
        while :; do
            case $rest in
            *$0*)
                quoted=$quoted${rest%%$0*}$0\\$0$0
                rest=${rest#*$0}
                ;;
            *) break ;;
            esac
        done
        printf "%s " "$0$quoted$rest$0"
    done'
    find "$1" -type d \( -name .git -prune -o \
        -exec sh -c "$bare_looks_so" sh {} \; -prune -exec sh -c "$bare_print" "'" {} + \)
}

# Sets $hooks to the account's hooks directory and $own_hooks when that is ours rather than one the user chose.
find_global() {
    [ -n "${HOME:-}" ] || fail "HOME is not set: --global does not know whose hooks to set up"
    hooks=${XDG_CONFIG_HOME:-$HOME/.config}/leakgate/hooks
    own_hooks=yes
    global_value=$(git config --global --path --get core.hooksPath && printf x) || global_value=
    global_value=${global_value%?x}
    if [ -n "$global_value" ] && [ "$global_value" != "$hooks" ]; then
        case $global_value in
        /*) ;;
        *) fail "core.hooksPath of your git is $global_value, which means another directory in each repository" \
            "set up the repositories one by one: ./install.sh REPO..." ;;
        esac
        hooks=$global_value
        own_hooks=
    elif [ -z "$global_value" ] && [ -z "$uninstall" ]; then
        system_value=$(git config --system --path --get core.hooksPath 2>/dev/null) || system_value=
        [ -z "$system_value" ] || fail "core.hooksPath is $system_value for the whole system, and a setting of yours would hide it" \
            "ask the administrator to set up that directory"
    fi
}

undo_global_config() { git config --global --unset core.hooksPath; }

put_global() {
    say "hooks directory: $hooks"
    if [ -z "$own_hooks" ]; then
        say "(core.hooksPath was set to it already; the hooks in it are kept and run after leakgate)"
        put_hooks "$hooks" "$gate_hooks" alone
        prove "$mode" "$hooks" copy '' || fail "the hooks in $hooks do not work as a gate"
        return 0
    fi
    for global_hook in $all_hooks; do
        case " $gate_hooks " in
        *" $global_hook "*) put_hooks "$hooks" "$global_hook" own ;;
        *) put_hooks "$hooks" "$global_hook" pass ;;
        esac
    done
    prove "$mode" "$hooks" path '' || fail "the hooks in $hooks do not work as a gate"
    if [ -z "$global_value" ]; then
        git config --global core.hooksPath "$hooks" || fail "git cannot write your configuration"
        on_failure undo_global_config
    fi
    say "git runs them in every repository that does not set core.hooksPath itself"
}

remove_global() {
    if [ -n "$own_hooks" ]; then
        if [ -n "$global_value" ]; then
            git config --global --unset core.hooksPath || fail "git cannot write your configuration"
            say "removed core.hooksPath from your git configuration"
        fi
        remove_hooks "$hooks" "$all_hooks"
        # Only when empty: whatever else is in there is not ours.
        rmdir -- "$hooks" 2>/dev/null && rmdir -- "${hooks%/*}" 2>/dev/null || :
    else
        remove_hooks "$hooks" "$gate_hooks"
    fi
}

# Says so when a work tree's hooks directory serves other repositories too.
note_shared() {
    case $hooks in
    "$git_dir"/*) ;;
    *) say "$1: its hooks are in $hooks (core.hooksPath), which other repositories may use too" ;;
    esac
}

find_target() { case $mode in server) find_server "$1" ;; *) find_work_tree "$1" ;; esac; }

# A policy's bypass needs what git does not give by itself.
note_push_options() {
    [ "$mode" = server ] || return 0
    "$binary" policy --repo "$1" 2>/dev/null </dev/null | grep -q '^bypass\.enabled = true' || return 0
    [ "$(git -C "$1" config --type=bool --get receive.advertisePushOptions 2>/dev/null)" != true ] || return 0
    warn "$1: its policy lets findings through by codes, which git hands on only after: git config --system receive.advertisePushOptions true"
}

check_targets() {
    check_targets_status=0
    for target; do
        { find_target "$target" && check_hooks "$hooks" "$target" "$gate_hooks" && check_policy "$git_dir"; } ||
            check_targets_status=1
    done
    [ "$check_targets_status" -eq 0 ] || fail "nothing was changed"
}

put_targets() {
    for target; do
        find_target "$target" || fail "$target changed while it was being set up"
        note_shared "$target"
        put_policy "$git_dir"
        put_hooks "$hooks" "$gate_hooks" alone
        prove "$mode" "$hooks" copy "$git_dir" || fail "the gate of $target does not work"
        warn_if_hidden "$git_dir"
        note_push_options "$git_dir"
        say "$target: set up ($gate_hooks)"
    done
}

remove_targets() {
    for target; do
        find_target "$target" || exit 1
        remove_hooks "$hooks" "$gate_hooks"
        remove_policy "$git_dir"
    done
}

remove_binary() {
    if [ ! -f "$binary" ]; then
        say "there is no $binary"
        return 0
    fi
    case $("$binary" --version 2>/dev/null </dev/null) in
    leakgate*) ;;
    *) fail "$binary does not say that it is leakgate: leaving it alone" ;;
    esac
    rm -f -- "$binary" || fail "cannot remove $binary"
    say "removed $binary; hooks that still name it now refuse everything (--uninstall REPO... takes them out)"
}

# ---------------------------------------------------------------------------------------------- the line

prefix=
bin=
policy=
force=
uninstall=
global=
print_shim=
mode=local
roots=
targets=

while [ $# -gt 0 ]; do
    option=$1
    case $option in
    --prefix | --bin | --policy | --server-root | --print-shim)
        [ $# -ge 2 ] && [ -n "$2" ] || misuse "$option needs a value"
        shift
        value=$1
        ;;
    --prefix=?* | --bin=?* | --policy=?* | --server-root=?* | --print-shim=?*)
        value=${option#*=}
        option=${option%%=*}
        ;;
    esac
    shift
    case $option in
    --prefix) prefix=$value ;;
    --bin) file "$value" || fail "there is no directory of $value" && bin=$path ;;
    --policy) file "$value" || fail "there is no directory of $value" && policy=$path ;;
    --server-root)
        mode=server
        directory "$value" || fail "$value is not a directory that can be read"
        quote "$path"
        roots="$roots $quoted"
        ;;
    --print-shim)
        case " $local_hooks $server_hooks update " in
        *" $value "*) print_shim=$value ;;
        *) misuse "leakgate is no $value hook" ;;
        esac
        ;;
    --server) mode=server ;;
    --global) global=yes ;;
    --force) force=yes ;;
    --uninstall) uninstall=yes ;;
    --help | -h)
        usage
        exit 0
        ;;
    --)
        for option; do
            quote "$option"
            targets="$targets $quoted"
        done
        break
        ;;
    -*) misuse "unknown option $option" ;;
    *)
        quote "$option"
        targets="$targets $quoted"
        ;;
    esac
done

command -v git >/dev/null 2>&1 || fail "there is no git in PATH"
here=${0%/*}
[ "$here" != "$0" ] || here=.
directory "$here" && here=$path
case $mode in server) gate_hooks=$server_hooks ;; *) gate_hooks=$local_hooks ;; esac
if [ -n "$policy" ]; then
    [ -f "$policy" ] && [ -r "$policy" ] || fail "there is no policy file $policy"
    [ -n "$targets$roots" ] || misuse "--policy needs repositories to copy it to"
fi
[ "$mode" = local ] || [ -n "$targets$roots$global" ] || misuse "--server needs repositories"

# Sets the positional parameters to the targets: those named, then those found below the roots.
eval "set -- $roots"
for root; do
    found=$(bare_repositories "$root") || fail "cannot read everything below $root" "run as the owner of the repositories"
    [ -n "$found" ] || fail "there is no bare repository below $root"
    targets="$targets $found"
done
targets=$(printf '%s' "$targets" && printf x)
eval "set -- ${targets%x}"

if [ -n "$print_shim" ]; then
    binary_place find
    [ -x "$binary" ] || fail "there is no $binary for the shim to name" "install it first: ./install.sh"
    shim "$print_shim" alone
    exit 0
fi

if [ -n "$uninstall" ]; then
    # Hooks come out whether or not the binary is still there.
    if [ $# -eq 0 ] && [ -z "$global" ]; then
        binary_place find
        remove_binary
    else
        binary=
        remove_targets "$@"
        if [ -n "$global" ]; then
            find_global
            remove_global
        fi
    fi
    exit 0
fi

start_work
make_token
binary_place make
check_targets "$@"
if [ -n "$global" ]; then
    find_global
    check_hooks "$hooks" "your hooks directory" "$gate_hooks" || fail "nothing was changed"
fi
find_binary
put_binary
put_targets "$@"
if [ -n "$global" ]; then
    find_global
    put_global
fi
finished=yes
# Somebody who tries it out wants to see it at work; the token was made for this, and is gone.
if [ $# -eq 0 ] && [ -z "$global" ] && [ -s "$work/refusal" ]; then
    say "this is what the planted push was told:"
    sed 's/^/  /' "$work/refusal"
fi
say "proven: a planted token was refused and a clean change accepted, with these hooks and this binary"
