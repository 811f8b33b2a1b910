import { annotateServiceAccount, unannotateServiceAccount } from '../../facts/kubectl.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { regionalEndpointsKey, tokenExpirationKey } from '../../model/irsa-annotation.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { nameOf, readFrom } from './support/service-account-view.ts';

/** The webhook takes an option that it cannot read for none at all, and one out of bounds for the bound. */
export const serviceAccountOptionIgnored = defineRule({
  id: 'service-account-option-ignored',
  kind: 'service-account',
  group: 'service-account',
  impact: 'hygiene',
  severity: 'low',
  shownAt: 'role-arn-format',
  title: 'Options of service accounts have values that the webhook heeds',
  needs: ['service-accounts'],
  docs: {
    why: 'An expiration that is no whole number, or an endpoint option that is no boolean, is ignored; an expiration below 600 or above 86,400 seconds is moved to the bound. What the annotation says is not what pods get.',
    fix: 'Write a value that is heeded, or take the annotation away.',
    references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.1'],
  },
  check: subject => {
    if (!subject.roleArn) return notApplicable;
    return failOrPass([...expirationFailure(subject), ...endpointFailure(subject)]);
  },
  examples: {
    pass: { title: 'an hour', facts: () => withOption({ [tokenExpirationKey]: '3600' }) },
    fail: { title: 'a duration with a unit', facts: () => withOption({ [tokenExpirationKey]: '1h' }) },
  },
});

const withOption = (option: Readonly<Record<string, string>>) => {
  const account = aServiceAccount();
  const marked = { ...account, annotations: { ...account.annotations, ...option } };
  return someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([marked]), pods: complete([]) })]),
  });
};

/** The least that the webhook asks for, and the most that EKS's API server gives, in seconds. */
const least = 600;
const most = 86_400;
/** What Go's strconv.ParseBool takes. */
const booleans = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];

const expirationFailure = (subject: ServiceAccountSubject): readonly Failure[] => {
  const value = subject.serviceAccount.annotations[tokenExpirationKey];
  if (value === undefined) return [];
  const seconds = /^[+-]?\d{1,18}$/.test(value) ? Number(value) : undefined;
  if (seconds === undefined)
    return [failure(subject, tokenExpirationKey, value, 'is no whole number of seconds, so it is ignored', undefined)];
  if (seconds >= least && seconds <= most) return [];
  const bound = seconds < least ? least : most;
  return [failure(subject, tokenExpirationKey, value, `is out of bounds: tokens last ${bound} seconds`, String(bound))];
};

const endpointFailure = (subject: ServiceAccountSubject): readonly Failure[] => {
  const value = subject.serviceAccount.annotations[regionalEndpointsKey];
  return value === undefined || booleans.includes(value)
    ? []
    : [failure(subject, regionalEndpointsKey, value, 'is no boolean, so it is ignored', undefined)];
};

const failure = (
  subject: ServiceAccountSubject,
  key: string,
  value: string,
  what: string,
  heeded: string | undefined,
): Failure => {
  const { namespace, name } = subject.serviceAccount;
  const wanted = key === regionalEndpointsKey ? 'true or false' : `a whole number from ${least} to ${most}`;
  return {
    discriminator: key,
    message: `the annotation ${key} of service account ${nameOf(subject)}, ${JSON.stringify(value)}, ${what}`,
    evidence: [{ what: `annotation ${key}`, got: value, wanted, readFrom: readFrom(subject) }],
    fix: {
      summary: 'Say what pods get already, or write the value that is meant.',
      commands: [
        heeded === undefined
          ? unannotateServiceAccount(namespace, name, key)
          : annotateServiceAccount(namespace, name, key, heeded),
      ],
      choice: `Whether pods are to go on as they are; otherwise write ${wanted}.`,
    },
  };
};
