//! Which of leakgate's rules look for what a rule of gitleaks' default configuration looks for.
//!
//! Ids alone, and those that are the same in both are not listed. One rule here often stands for several there.
//! (Source: the ids in `config/gitleaks.toml` of gitleaks 8.30.)

/// gitleaks' id and leakgate's, in the order of the first.
const PAIRS: &[(&str, &str)] = &[
    ("1password-secret-key", "onepassword-secret-key"),
    ("1password-service-account-token", "onepassword-token"),
    ("adafruit-api-key", "adafruit-io-key"),
    ("airtable-api-key", "airtable-key-legacy"),
    ("airtable-personnal-access-token", "airtable-token"),
    ("algolia-api-key", "algolia-admin-key"),
    ("alibaba-secret-key", "alibaba-access-key-secret"),
    ("anthropic-admin-api-key", "anthropic-key"),
    ("anthropic-api-key", "anthropic-key"),
    ("artifactory-api-key", "jfrog-api-key"),
    ("artifactory-reference-token", "jfrog-reference-token"),
    ("aws-access-token", "aws-access-key-id"),
    ("aws-amazon-bedrock-api-key-long-lived", "aws-bedrock-api-key"),
    ("aws-amazon-bedrock-api-key-short-lived", "aws-bedrock-api-key"),
    ("beamer-api-token", "beamer-token"),
    ("bittrex-secret-key", "bittrex-api-secret"),
    ("clickhouse-cloud-api-secret-key", "clickhouse-cloud-key"),
    ("clojars-api-token", "clojars-token"),
    ("cloudflare-api-key", "cloudflare-token-legacy"),
    ("codecov-access-token", "codecov-token"),
    ("cohere-api-token", "cohere-key"),
    ("coinbase-access-token", "coinbase-key"),
    ("confluent-secret-key", "confluent-secret"),
    ("contentful-delivery-api-token", "contentful-delivery-token"),
    ("curl-auth-user", "curl-user"),
    ("databricks-api-token", "databricks-token"),
    ("datadog-access-token", "datadog-key"),
    ("defined-networking-api-token", "defined-net-key"),
    ("digitalocean-access-token", "digitalocean-token"),
    ("digitalocean-pat", "digitalocean-token"),
    ("digitalocean-refresh-token", "digitalocean-token"),
    ("discord-api-token", "discord-bot-token"),
    ("doppler-api-token", "doppler-token"),
    ("droneci-access-token", "droneci-token"),
    ("dropbox-api-token", "dropbox-app-secret"),
    ("dropbox-long-lived-api-token", "dropbox-token-legacy"),
    ("dropbox-short-lived-api-token", "dropbox-token"),
    ("duffel-api-token", "duffel-token"),
    ("dynatrace-api-token", "dynatrace-token"),
    ("easypost-api-token", "easypost-key"),
    ("easypost-test-api-token", "easypost-key"),
    ("etsy-access-token", "etsy-key"),
    ("facebook-access-token", "facebook-app-token"),
    ("facebook-page-access-token", "facebook-token"),
    ("facebook-secret", "facebook-app-secret"),
    ("finicity-api-token", "finicity-key"),
    ("finnhub-access-token", "finnhub-key"),
    ("flickr-access-token", "flickr-key"),
    ("flutterwave-secret-key", "flutterwave-key"),
    ("flyio-access-token", "flyio-token"),
    ("freshbooks-access-token", "freshbooks-client-secret"),
    ("github-oauth", "github-pat"),
    ("github-refresh-token", "github-app-token"),
    ("gitlab-cicd-job-token", "gitlab-token"),
    ("gitlab-deploy-token", "gitlab-token"),
    ("gitlab-feature-flag-client-token", "gitlab-token"),
    ("gitlab-feed-token", "gitlab-token"),
    ("gitlab-incoming-mail-token", "gitlab-token"),
    ("gitlab-kubernetes-agent-token", "gitlab-token"),
    ("gitlab-oauth-app-secret", "gitlab-token"),
    ("gitlab-pat-routable", "gitlab-pat"),
    ("gitlab-ptt", "gitlab-token"),
    ("gitlab-rrt", "gitlab-runner-registration"),
    ("gitlab-runner-authentication-token", "gitlab-token"),
    ("gitlab-runner-authentication-token-routable", "gitlab-token"),
    ("gitlab-scim-token", "gitlab-token"),
    ("gocardless-api-token", "gocardless-token"),
    ("grafana-cloud-api-token", "grafana-api-key"),
    ("grafana-service-account-token", "grafana-service-account"),
    ("harness-api-key", "harness-token"),
    ("hashicorp-tf-api-token", "terraform-cloud-token"),
    ("heroku-api-key-v2", "heroku-api-key"),
    ("hubspot-api-key", "hubspot-legacy-key"),
    ("huggingface-access-token", "huggingface-token"),
    ("huggingface-organization-api-token", "huggingface-token"),
    ("infracost-api-token", "infracost-key"),
    ("intercom-api-key", "intercom-token"),
    ("intra42-client-secret", "intra42-secret"),
    ("jfrog-identity-token", "jfrog-reference-token"),
    ("jwt-base64", "jwt"),
    ("kraken-access-token", "kraken-private-key"),
    ("kubernetes-secret-yaml", "kubernetes-secret-data"),
    ("kubernetes-secret-yaml", "kubernetes-secret-data-first"),
    ("kubernetes-secret-yaml", "kubernetes-secret-string"),
    ("kucoin-secret-key", "kucoin-api-secret"),
    ("launchdarkly-access-token", "launchdarkly-key"),
    ("linear-api-key", "linear-key"),
    ("linkedin-client-secret", "linkedin-secret-legacy"),
    ("mailchimp-api-key", "mailchimp-key"),
    ("mailgun-private-api-token", "mailgun-private-key"),
    ("mapbox-api-token", "mapbox-secret-token"),
    ("mattermost-access-token", "mattermost-token"),
    ("messagebird-api-token", "messagebird-access-key"),
    ("netlify-access-token", "netlify-token-legacy"),
    ("new-relic-insert-key", "newrelic-key"),
    ("new-relic-user-api-key", "newrelic-key"),
    ("notion-api-token", "notion-token"),
    ("npm-access-token", "npm-token"),
    ("nuget-config-password", "nuget-cleartext-password"),
    ("octopus-deploy-api-key", "octopus-deploy-key"),
    ("okta-access-token", "okta-token"),
    ("openai-api-key", "openai-key"),
    ("openai-api-key", "openai-project-key"),
    ("openshift-user-token", "openshift-token"),
    ("perplexity-api-key", "perplexity-key"),
    ("pkcs12-file", "pkcs12-private-key"),
    ("plaid-api-token", "plaid-access-token"),
    ("plaid-secret-key", "plaid-secret"),
    ("planetscale-api-token", "planetscale-token"),
    ("planetscale-oauth-token", "planetscale-token"),
    ("planetscale-password", "planetscale-token"),
    ("postman-api-token", "postman-key"),
    ("prefect-api-token", "prefect-key"),
    ("private-key", "private-key-pem"),
    ("pulumi-api-token", "pulumi-token"),
    ("pypi-upload-token", "pypi-token"),
    ("rapidapi-access-token", "rapidapi-key-legacy"),
    ("readme-api-token", "readme-api-key"),
    ("rubygems-api-token", "rubygems-token"),
    ("scalingo-api-token", "scalingo-token"),
    ("sendbird-access-token", "sendbird-api-token"),
    ("sendgrid-api-token", "sendgrid-api-key"),
    ("sendinblue-api-token", "sendinblue-api-key-legacy"),
    ("sentry-access-token", "sentry-token-legacy"),
    ("sentry-org-token", "sentry-token"),
    ("sentry-user-token", "sentry-token"),
    ("shippo-api-token", "shippo-token"),
    ("shopify-access-token", "shopify-token"),
    ("shopify-custom-access-token", "shopify-token"),
    ("shopify-private-app-access-token", "shopify-token"),
    ("shopify-shared-secret", "shopify-token"),
    ("slack-app-token", "slack-token"),
    ("slack-bot-token", "slack-token"),
    ("slack-config-access-token", "slack-token"),
    ("slack-config-refresh-token", "slack-token"),
    ("slack-legacy-bot-token", "slack-token"),
    ("slack-legacy-token", "slack-token"),
    ("slack-legacy-workspace-token", "slack-token"),
    ("slack-user-token", "slack-token"),
    ("slack-webhook-url", "slack-webhook"),
    ("snyk-api-token", "snyk-token"),
    ("sonar-api-token", "sonar-token"),
    ("sourcegraph-access-token", "sourcegraph-token"),
    ("square-access-token", "square-token"),
    ("squarespace-access-token", "squarespace-api-key"),
    ("stripe-access-token", "stripe-secret-key"),
    ("sumologic-access-token", "sumologic-key"),
    ("telegram-bot-api-token", "telegram-bot-token"),
    ("travisci-access-token", "travis-token"),
    ("twitch-api-token", "twitch-client-secret"),
    ("twitter-access-secret", "twitter-access-token-secret"),
    ("twitter-api-secret", "twitter-consumer-secret"),
    ("typeform-api-token", "typeform-token"),
    ("vault-batch-token", "vault-token"),
    ("vault-service-token", "vault-token"),
    ("yandex-access-token", "yandex-oauth-token"),
    ("yandex-api-key", "yandex-cloud-key"),
    ("yandex-aws-access-token", "yandex-static-access-key"),
    ("zendesk-secret-key", "zendesk-api-token"),
];

/// How gitleaks' own rule ids begin for what says only that something is secret.
const GENERIC: &str = "generic-api-key";
/// leakgate's rules for the same.
const GENERIC_HERE: [&str; 5] =
    ["generic-password", "generic-api-key", "generic-secret", "generic-token", "generic-credential"];

/// Rules here that stand for the one of the same id there as well as for others.
const IN_BOTH: &[&str] =
    &["github-app-token", "github-pat", "gitlab-pat", "grafana-api-key", "heroku-api-key", "jfrog-api-key", "jwt"];

/// The ids here that `theirs` may stand for. Whether there is such a rule is for the caller to know: an id that is not
/// listed is taken to be the same in both.
pub(super) fn ours(theirs: &str) -> Vec<&str> {
    if theirs == GENERIC {
        return GENERIC_HERE.to_vec();
    }
    let listed: Vec<&str> = PAIRS.iter().filter(|(name, _)| *name == theirs).map(|(_, ours)| *ours).collect();
    match listed.is_empty() {
        true => vec![theirs],
        false => listed,
    }
}

/// gitleaks' ids that the rule `ours` stands for.
pub(super) fn theirs(ours: &str) -> Vec<&str> {
    if GENERIC_HERE.contains(&ours) {
        return vec![GENERIC];
    }
    let listed: Vec<&str> = PAIRS.iter().filter(|(_, name)| *name == ours).map(|(theirs, _)| *theirs).collect();
    let same = listed.is_empty() || IN_BOTH.contains(&ours);
    listed.into_iter().chain(same.then_some(ours)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::packs;
    use super::*;

    #[test]
    fn every_pair_names_a_rule_that_is_built_in() {
        let rules = packs::rules().unwrap();
        for id in PAIRS.iter().map(|(_, ours)| *ours).chain(GENERIC_HERE) {
            assert!(rules.iter().any(|rule| rule.id == id), "{id}");
        }
        assert!(PAIRS.is_sorted(), "in order, so that a pair is found by eye");
    }

    #[test]
    fn an_id_that_is_not_listed_is_the_same_in_both() {
        assert_eq!(
            (ours("github-pat"), theirs("stripe-webhook-secret")),
            (vec!["github-pat"], vec!["stripe-webhook-secret"])
        );
        assert_eq!(theirs("github-pat"), ["github-oauth", "github-pat"]);
        assert_eq!(theirs("digitalocean-token").len(), 3);
        assert_eq!(ours("generic-api-key").len(), 5);
    }
}
