//! The message in the dialect of the server that hands it on.

use crate::hook_env::Origin;

/// What GitLab wants before each line that its pages are to show, with nothing in front of it (docs.gitlab.com, "Git
/// server hooks", custom error messages). Lines without it are dropped there.
const GITLAB: &str = "GL-HOOK-ERR: ";

/// `message` as the host of `origin` wants it.
#[must_use]
pub fn for_host(message: String, origin: &Origin) -> String {
    match origin.is_gitlab_web() {
        true => message.lines().map(|line| format!("{GITLAB}{line}").trim_end().to_owned() + "\n").collect(),
        false => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook_env::Host;

    #[test]
    fn each_line_is_marked_for_gitlab_s_pages_and_nowhere_else() {
        let web = Origin { host: Host::GitLab, protocol: Some("web".to_owned()), ..Origin::default() };
        assert_eq!(for_host("a\n\nb\n".to_owned(), &web), "GL-HOOK-ERR: a\nGL-HOOK-ERR:\nGL-HOOK-ERR: b\n");
        assert_eq!(for_host("a\n".to_owned(), &Origin::default()), "a\n");
        assert_eq!(for_host(String::new(), &web), "");
    }
}
