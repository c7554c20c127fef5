//! What must land: old secrets that a push does not add, deletions, placeholders, and things that only look secret.

use crate::harness::Rng;

lands! {
    a_merge_that_brings_an_old_secret_to_another_branch_lands(s, old) {
        s.work.branch("legacy", "main").write("old.ini", old.line()).commit("Old");
        s.publish("legacy");
        s.work.checkout("main").write("new.txt", "new\n").commit("New").run("merge -q --no-ff legacy -m Merge");
    }

    a_merge_into_a_branch_with_an_old_secret_lands(s, old) {
        s.work.branch("legacy", "main").write("old.ini", old.line()).commit("Old");
        s.publish("legacy");
        s.work.checkout("main").write("new.txt", "new\n").commit("New");
        s.work.checkout("legacy").run("merge -q --no-ff main -m Merge");
        "origin legacy"
    }

    a_merge_that_joins_two_sides_of_a_file_with_an_old_secret_lands(s, old) {
        let text = s.work.read("conf/app.ini");
        s.work.write("conf/app.ini", format!("{text}{}", old.line())).commit("Old");
        s.publish("main");
        s.work.branch("top", "main").write("conf/app.ini", format!("# top\n{text}{}", old.line())).commit("Top");
        s.work.checkout("main").write("conf/app.ini", format!("{text}{}# end\n", old.line())).commit("End");
        s.work.run("merge -q --no-ff top -m Merge");
    }

    a_conflict_resolved_around_an_old_secret_lands(s, old) {
        s.work.branch("legacy", "main").append("conf/app.ini", old.line()).commit("Old");
        s.publish("legacy");
        s.work.checkout("main").append("conf/app.ini", "ours = 1\n").commit("Ours");
        let text = s.work.read("conf/app.ini");
        s.work.merge_uncommitted(&["legacy"]).write("conf/app.ini", text + &old.line()).commit("Merge");
    }

    a_renamed_file_with_an_old_secret_lands(s, old) {
        s.work.write("old.ini", old.line()).commit("Old");
        s.publish("main");
        s.work.run("mv old.ini renamed.ini").commit("Rename");
    }

    a_moved_folder_with_an_old_secret_lands(s, old) {
        s.work.write("a/b/old.ini", old.line()).commit("Old");
        s.publish("main");
        s.work.run("mv a z").commit("Move");
    }

    a_change_near_an_old_secret_lands(s, old) {
        s.work.write("old.ini", format!("first = 1\n{}last = 1\n", old.line())).commit("Old");
        s.publish("main");
        s.work.write("old.ini", format!("first = 2\n{}last = 2\nmore = 3\n", old.line())).commit("Change");
    }

    a_change_of_mode_of_a_file_with_an_old_secret_lands(s, old) {
        s.work.write("old.sh", old.line()).commit("Old");
        s.publish("main");
        s.work.executable("old.sh").commit("Mode");
    }

    the_removal_of_an_old_secret_lands(s, old) {
        s.work.write("old.ini", format!("a = 1\n{}", old.line())).write("gone.ini", old.line()).commit("Old");
        s.publish("main");
        s.work.write("old.ini", "a = 1\n").remove("gone.ini").commit("Remove");
    }

    a_branch_at_a_commit_with_an_old_secret_lands(s, old) {
        s.work.write("old.ini", old.line()).commit("Old");
        s.publish("main");
        "origin main:refs/heads/copy"
    }

    a_tag_at_a_commit_with_an_old_secret_lands(s, old) {
        s.work.write("old.ini", old.line()).commit("Old");
        s.publish("main");
        s.work.run("tag -a -m Release v1").run("tag light");
        "origin v1 light"
    }

    a_fast_forward_to_commits_that_are_there_lands(s, old) {
        s.work.branch("legacy", "main").write("old.ini", old.line()).commit("Old");
        s.publish("legacy");
        "origin legacy:refs/heads/main"
    }

    a_reset_to_an_old_commit_lands(s, old) {
        s.work.write("old.ini", old.line()).commit("Old").write("new.txt", "new\n").commit("New");
        s.publish("main");
        "--force origin main~1:refs/heads/main"
    }

    work_on_top_of_a_tag_with_an_old_secret_lands(s, old) {
        s.work.branch("legacy", "main").write("old.ini", old.line()).commit("Old").run("tag -a -m Old v0");
        s.publish("v0");
        s.work.write("new.txt", "new\n").commit("New");
        "origin legacy"
    }

    a_deletion_alone_lands(s, old) {
        s.work.branch("legacy", "main").write("old.ini", old.line()).commit("Old");
        s.publish("legacy");
        "origin :refs/heads/legacy"
    }

    several_deletions_and_a_clean_branch_land(s, old) {
        s.work.branch("legacy", "main").write("old.ini", old.line()).commit("Old");
        s.publish("legacy legacy:refs/heads/legacy2");
        s.work.branch("clean", "main").write("new.txt", "new\n").commit("New");
        "origin :refs/heads/legacy :refs/heads/legacy2 clean"
    }

    placeholders_and_documentation_keys_land(s, old) {
        drop(old.value());
        let example = format!("AK{}{}", "IAIOSFODNN7", "EXAMPLE");
        let secret = format!("wJalrXUtnFEMI/K7MDENG/{}", "bPxRfiCYEXAMPLEKEY");
        let stars = format!("gh{}{}", "p_", "x".repeat(36));
        s.work.write("README.md", format!(
            "aws_access_key_id = {example}\naws_secret_access_key = {secret}\nGITHUB_TOKEN={stars}\n\
             password = \"changeme\"\ntoken = \"<your token here>\"\napi_key = ${{API_KEY}}\nsecret = os.environ[\"SECRET\"]\n\
             client_secret: {{{{ vault.secret }}}}\npassword: ********\n"
        )).commit("Document");
    }

    a_pointer_to_a_large_file_lands(s, old) {
        let id = Rng::named(&old.value()).string(b"0123456789abcdef", 64);
        s.work.write("big.psd", format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize 12345\n")).commit("LFS");
    }

    digests_and_ids_land(s, old) {
        let mut rng = Rng::named(&old.value());
        let hex = b"0123456789abcdef".as_slice();
        let base64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".as_slice();
        let mut lock = String::new();
        for n in 0..40 {
            lock.push_str(&format!("\"p{n}\": {{\"integrity\": \"sha512-{}==\"}},\n", rng.string(base64, 86)));
            lock.push_str(&format!("checksum = \"{}\"\n", rng.string(hex, 64)));
            lock.push_str(&format!("example.com/m{n} v1.2.3 h1:{}=\n", rng.string(base64, 43)));
            lock.push_str(&format!("uses: actions/checkout@{}\n", rng.string(hex, 40)));
            lock.push_str(&format!("id: {}-{}-4{}-a{}-{}\n", rng.string(hex, 8), rng.string(hex, 4), rng.string(hex, 3), rng.string(hex, 3), rng.string(hex, 12)));
        }
        s.work.write("package-lock.json", &lock).write("Cargo.lock", &lock).write("go.sum", lock).commit("Lock");
    }

    pictures_and_programs_land(s, old) {
        let mut rng = Rng::named(&old.value());
        s.work.write("a.bin", rng.bytes(1 << 20)).write("a.png", [b"\x89PNG\r\n\x1a\n".to_vec(), rng.bytes(100_000)].concat());
        s.work.write("empty", "").commit("Binary");
    }

    a_handful_of_addresses_lands(s, old) {
        drop(old.value());
        s.work.write("AUTHORS", "Ada <ada@example.com>\nBob <bob@example.org>\nCleo <cleo@example.net>\n").commit("Authors");
        s.work.commit("Thank you\n\nSigned-off-by: Ada Example <ada@example.com>");
    }

    a_public_key_and_a_certificate_s_frame_land(s, old) {
        let mut rng = Rng::named(&old.value());
        let body = rng.string(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 64);
        s.work.write("ca.pem", format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"));
        s.work.write("authorized_keys", format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} ada@example.com\n", &body[..43])).commit("Keys");
    }

    many_clean_commits_land(s, old) {
        drop(old.value());
        let mut history = crate::harness::History::new();
        let mut parent = s.work.id("HEAD");
        for n in 0..500 {
            let text = format!("fn f{n}() -> u32 {{ {n} }}\n").repeat(20);
            parent = history.commit("long", 1_750_000_100 + n, &[parent], &[(format!("src/f{}.rs", n % 40), text.into())]);
        }
        s.work.import(history.bytes());
        "origin long:refs/heads/main"
    }

    source_that_names_the_magic_numbers_of_formats_lands(s, old) {
        drop(old.value());
        let magic = [
            r"\xfd7zXZ\0", r"\x1f\x8b\x08", r"PK\x03\x04", r"PK\x01\x02", r"7z\xbc\xaf\x27\x1c", r"Rar!\x1a\x07\x01\0", r"BZh9", r"\x28\xb5\x2f\xfd",
            r"\x04\x22\x4d\x18", r"%PDF-1.7", r"/Encrypt", r"/Filter /FlateDecode", r"endstream", r"ustar\0", r"!<arch>\n", r"\x89PNG\r\n\x1a\n",
            r"# v2 git bundle\n", r"# v3 git bundle\n", r"\x5d\0\0\x80\0", r"SQLite format 3\0", r"\x7fELF", r"MZ\x90\0", r"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            r"EncryptedPackage", r"-----BEGIN PGP MESSAGE-----", r"PACK\0\0\0\x02", r"\xff\xfe", r"SIMPLE  =                    T", r"age-encryption.org/v1",
        ];
        let rust: String = magic.iter().enumerate().map(|(n, magic)| format!("pub const MAGIC_{n}: &[u8] = b\"{magic}\";\n")).collect();
        let python: String = magic.iter().map(|magic| format!("if data.startswith(b'{magic}'):\n    return '{}'\n", magic.len())).collect();
        s.work.write("src/magic.rs", rust).write("sniff.py", python).commit("Formats");
    }

    empty_and_tiny_archives_land(s, old) {
        drop(old.value());
        s.work.write("empty.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        s.work.write("one.zip", crate::deep::zip(&[("a.txt", b"a\n"), ("dir/", b"")], crate::deep::Zip::Stored));
        s.work.write("empty.tar", vec![0; 10_240]).write("one.tar", crate::deep::tar("a.txt", b"a\n")).commit("Archives");
    }
}
