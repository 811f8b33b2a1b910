import { type Facts, type IssuerSubject, isMeantForEks } from '../../facts.ts';
import { deleteProvider } from '../../fixes/aws-steps.ts';
import { discoveryStep } from '../../fixes/look-steps.ts';
import { type IssuerFacts, type MissingPart, providerArn, type Severity, valueOr } from '../../model.ts';
import { rolesTrusting } from '../oidc/issuer-users.ts';
import { decideBy, defineRule, failed, failures, notApplicable, pass, unknown, type Verdict } from '../prelude.ts';

const fail = failures({
  bucket: [
    'bucket can be claimed',
    'bucket {name} of issuer {issuer} does not exist: whoever creates it can sign tokens for the roles that trust it',
  ],
  domain: [
    'domain can be claimed',
    'domain {name} of issuer {issuer} does not exist: whoever registers it can sign tokens for the roles that trust it',
  ],
  name: [
    'host name is missing',
    'host name {name} of issuer {issuer} does not exist: whoever may create it can sign tokens for the roles that trust it',
  ],
});

/** A trust in an issuer outlives its bucket and its name, which are free then (docs/facts.md §B.8). */
export const issuerClaimable = defineRule({
  id: 'issuer-claimable',
  kind: 'issuer',
  impact: 'exposes',
  severity: 'critical',
  shownAt: 'provider-exists',
  title: 'What an issuer of your own is served by exists',
  fault: 'A stranger can claim the address of an issuer of your own',
  says: fail.says,
  needs: ['issuer'],
  why: 'IAM trusts whatever keys the URL of the issuer serves. Names of buckets and domains are free again once they are deleted: whoever takes one publishes keys of their own, and assumes every role that trusts the provider.',
  fix: 'Delete the provider, or create bucket or name again before somebody else does.',
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html',
    'docs/facts.md §B.8',
  ],
  check: (subject, facts) => {
    if (isMeantForEks(subject.url)) return notApplicable;
    return decideBy(subject.facts, 'a live fetch of the issuer', probed => judge(subject, probed, facts));
  },
});

const judge = (subject: IssuerSubject, probed: IssuerFacts, facts: Facts): Verdict => {
  const { missing, host, fromPrivateNetwork } = probed;
  if (fromPrivateNetwork)
    return unknown('ambiguous', `what AWS sees of ${subject.url}: the probe ran from a private network`);
  if (missing !== undefined) return failed(failureOf(subject, missing, facts));
  return host.status === 'unavailable' ? unknown('unread', `${host.reason.operation}: ${host.reason.message}`) : pass;
};

const failureOf = ({ url, place }: IssuerSubject, missing: MissingPart, facts: Facts) => {
  const { snapshot } = facts;
  const arn = providerArn(snapshot.partition, place.accountId, url);
  const roles = rolesTrusting(arn, facts);
  const provider = valueOr(snapshot.providers, []).find(one => one.arn === arn);
  return fail[missing.kind]({ name: missing.name, issuer: url })
    .severity(severityOf(missing, roles.length > 0 || snapshot.roles.status !== 'complete'))
    .evidence(
      missing.kind === 'bucket' ? `answer of ${isGoogle(url) ? 'Google Cloud Storage' : 'S3'}` : 'answer of the DNS',
      `GET ${url}/.well-known/openid-configuration`,
      missing.kind === 'bucket' ? 'HTTP 404: NoSuchBucket' : `NXDOMAIN for ${missing.name}`,
    )
    .pieces(...roles.map(role => ({ what: 'trusted by', got: role.arn, readFrom: 'iam:ListRoles' })))
    .place(provider === undefined ? undefined : { providerArn: arn })
    .opens({ roleArns: roles.map(role => role.arn), how: missing.kind === 'name' ? 'doubtful' : 'proven' })
    .explains([{ ruleId: 'issuer-unreachable', subject: url }])
    .fix({
      summary: 'Delete the provider. If its cluster still lives, keep it, and take the name back at once.',
      steps: [discoveryStep(url), ...(provider === undefined ? [] : [deleteProvider(provider)])],
      choice:
        'Whether the cluster still lives: the command takes the roles from its pods. If it does, create the bucket or the name again, with its documents.',
    });
};

const isGoogle = (url: string): boolean => URL.parse(url)?.hostname.endsWith('.googleapis.com') === true;

/** A name in a domain that somebody has can be created by its owner alone; without a role there is nothing to assume. */
const severityOf = ({ kind }: MissingPart, isTrusted: boolean): Severity => {
  if (!isTrusted) return 'low';
  return kind === 'name' ? 'medium' : 'critical';
};
