/** What is wrong, in a few words, by rule and message. Made from the rules by `npm run docs`. Not to be edited. */
export const briefs: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  "cluster-provider-missing": {
    "needed": "no OIDC provider",
    "unused": "IRSA is not set up"
  },
  "cluster-issuer-absent": "no OIDC issuer",
  "cluster-unauditable": {
    "unsettled": "not in a state to audit",
    "unread": "not read completely",
    "denied": "permission missing"
  },
  "addon-role-differs": {
    "otherRole": "add-on has another role",
    "noAnnotation": "annotation is missing"
  },
  "provider-url-mismatch": "URL is not the issuer’s",
  "provider-audience-missing": "audience not accepted",
  "provider-audience-unexpected": "unused audience",
  "provider-thumbprint-mismatch": "no thumbprint matches",
  "provider-thumbprint-not-root": "pins a lower certificate",
  "provider-thumbprint-stale": "outdated thumbprint",
  "provider-orphaned": "no cluster has its issuer",
  "provider-quota-near": "quota is nearly used",
  "issuer-unreachable": {
    "host": "cannot be reached",
    "document": "documents not served"
  },
  "issuer-claimable": {
    "bucket": "bucket can be claimed",
    "domain": "domain can be claimed",
    "name": "host name is missing"
  },
  "issuer-certificate-untrusted": "certificate not trusted",
  "issuer-certificate-expiring": "certificate at its end",
  "issuer-discovery-invalid": "tokens not verifiable",
  "trust-policy-unparseable": "trust policy is invalid",
  "trust-any-subject": {
    "open": "any service account",
    "administrator": "any pod is administrator",
    "without-provider": "open, provider missing"
  },
  "trust-any-namespace": "trusts many namespaces",
  "trust-any-service-account-in-namespace": "trusts a whole namespace",
  "trust-subject-pattern-broad": "trusts a name pattern",
  "trust-condition-vacuous": "a test is always true",
  "trust-audience-unchecked": "audience not tested",
  "trust-open-to-accounts": {
    "tested": "open to every AWS account",
    "public": "open to anybody at a login"
  },
  "trust-principal-wildcard": "trusts everyone",
  "trust-subject-literal-wildcard": "wildcard not expanded",
  "trust-subject-malformed": "subject is malformed",
  "trust-key-issuer-mismatch": {
    "wrong-key": "condition key in no token",
    "wrong-claim": "value under another key"
  },
  "trust-audience-impossible": "audience always refused",
  "trust-action-wrong": "web identity not allowed",
  "trust-provider-missing": {
    "for-cluster": "provider does not exist",
    "nearest": "provider does not exist",
    "gone": "provider does not exist",
    "impossible": "invalid provider ARN"
  },
  "trust-provider-foreign": {
    "account": "another account’s provider",
    "not-an-account": "invalid provider ARN",
    "partition": "other partition’s provider"
  },
  "trust-never-matches": "statement never matches",
  "trust-condition-expired": {
    "expired": "a date test has expired",
    "replaced": "an expired statement",
    "notYet": "a date test starts later",
    "ending": "a date test ends soon"
  },
  "role-denied-by-rcp": "denied by an RCP",
  "trust-too-complex": "too complex to decide",
  "trust-undecidable": "cannot be decided",
  "trust-subject-unknown-namespace": "no such namespace",
  "trust-subject-unknown-service-account": {
    "missing": "no such service account",
    "other-user": "its user is not trusted"
  },
  "trust-size-near-limit": "near the length quota",
  "role-trusts-dead-cluster": {
    "gone": "trusted cluster is gone",
    "recreated": "cluster created again"
  },
  "role-trust-mixed": {
    "instances": "trusts EC2 too",
    "service": "trusts an AWS service too",
    "account": "trusts an account too",
    "instance-role": "trusts an EC2 role too"
  },
  "role-shared-across-environments": "shared by environments",
  "role-unused": {
    "not-lately": "not used lately",
    "never": "never used",
    "untracked": "not used lately"
  },
  "service-account-role-arn-malformed": "invalid role ARN",
  "service-account-annotation-mistyped": {
    "annotation": "mistyped annotation",
    "label": "label, not annotation"
  },
  "service-account-role-missing": {
    "missing": "role does not exist",
    "otherCase": "letter case differs",
    "otherPath": "role has another path",
    "otherPathAndCase": "path and case differ"
  },
  "service-account-role-account-lacks-provider": "no provider there",
  "service-account-role-not-trusting": {
    "missingOrNoOidc": "missing, or not for OIDC",
    "elsewhere": "not trusted",
    "denied": "denied by a statement",
    "noStatement": "nothing is allowed",
    "otherPrincipal": "trusts another principal",
    "otherAction": "web identity not allowed",
    "keyAbsent": "condition key in no token",
    "conditionFails": "condition mismatch"
  },
  "service-account-audience-refused": {
    "empty": "audience is empty",
    "notInProvider": "audience refused",
    "refusedByRole": "audience refused"
  },
  "service-account-pod-identity-overrides": {
    "otherRole": "Pod Identity overrides",
    "sameRole": "also by Pod Identity"
  },
  "service-account-on-default": "default has a role",
  "service-account-option-ignored": {
    "notWholeNumber": "expiration ignored",
    "outOfBounds": "expiration out of bounds",
    "notBoolean": "endpoint option ignored"
  },
  "service-account-workload-elsewhere": "workload runs as another",
  "webhook-missing": "not found",
  "webhook-invalid": {
    "noEntry": "configuration is empty",
    "url": "URL is not the one of EKS",
    "otherHost": "on another host",
    "noTarget": "neither URL nor service",
    "noPath": "service without a path",
    "namespaceMissing": "namespace does not exist",
    "noEndpoints": "service has no endpoint",
    "rules": "no rule for new pods",
    "reviewVersions": "review version not sent",
    "bundle": "caBundle not usable",
    "caExpired": "CA has expired",
    "caNotYetValid": "CA is not valid yet",
    "namespaceSelector": "leaves out a namespace",
    "objectSelector": "leaves out pods",
    "objectSelectorSome": "leaves out some pods",
    "conditionNamespaces": "leaves out a namespace",
    "conditionPods": "leaves out some pods",
    "conditionRefuses": "condition ends in an error"
  },
  "webhook-ca-mismatch": "caBundle of another CA",
  "pod-not-injected": "pods without role",
  "pod-role-stale": {
    "stale": "pods have an old role",
    "byHand": "role set by hand"
  },
  "pod-role-unannotated": {
    "removed": "annotation was removed",
    "removedOrByHand": "role not annotated"
  },
  "pod-audience-stale": "tokens of an old audience",
  "pod-role-not-trusting": {
    "refused": "role in pod does not trust",
    "missing": "role in pod not found"
  },
  "pod-annotation-ignored": "role on the pod",
  "pod-option-ignored": {
    "notWholeNumber": "expiration ignored",
    "outOfBounds": "expiration out of bounds"
  },
  "pod-container-uncovered": "container without role",
  "pod-static-credentials": {
    "keys": "access keys come first",
    "sdkReadsFirst": "other credentials first",
    "dependsOnSdk": "other credentials first"
  },
  "pod-service-account-gone": "no such service account",
  "pod-token-unreadable": "token not readable",
  "pod-identity-role-missing": {
    "role": "role does not exist",
    "target": "target does not exist"
  },
  "pod-identity-role-not-trusting": {
    "silent": "does not trust the service",
    "refuses": "a condition refuses it",
    "denies": "a Deny refuses it",
    "tagsOff": "session tags are off"
  },
  "pod-identity-service-account-missing": "service account is missing",
  "pod-identity-pods-without": {
    "older": "pods older than it",
    "fargate": "not on Fargate",
    "windows": "not on Windows"
  },
  "pod-identity-agent-missing": "no Pod Identity agent",
  "runtime-assume-failing": {
    "transient": "refused now and then",
    "roleMissing": "refused: no such role",
    "roleUnread": "refused",
    "providerMissing": "refused: no provider",
    "callerUnknown": "refused",
    "denied": "refused by trust policy",
    "undecided": "refused",
    "unexplained": "refused, not explained"
  },
  "runtime-sdk-unsupported": "SDK is too old",
  "runtime-role-never-assumed": "never assumed",
  "runtime-thumbprint-consulted": "thumbprints consulted"
};
