import { booleanTexts, expirationBounds, expirationFault, type ServiceAccountSubject } from '../../facts.ts';
import { regionalEndpointsKey, tokenExpirationKey } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, type Failure, type FailureDraft, failOrPass, failures, notApplicable } from '../prelude.ts';
import { accountReadFrom, annotateStep, nameOfAccount } from './support/service-account-view.ts';

const fail = failures({
  notWholeNumber: [
    'expiration ignored',
    'the token expiration "{value}" of service account {serviceAccount} is not a whole number: ignored',
  ],
  outOfBounds: [
    'expiration out of bounds',
    'the token expiration {value} of service account {serviceAccount} is out of bounds: tokens last {seconds} s',
  ],
  notBoolean: [
    'endpoint option ignored',
    'the endpoint option "{value}" of service account {serviceAccount} is not a boolean: ignored',
  ],
});

const { min, max } = expirationBounds;

/** The webhook ignores an option that it cannot read, and moves one that is out of bounds to the bound. */
export const serviceAccountOptionIgnored = defineRule({
  id: 'service-account-option-ignored',
  kind: 'service-account',
  impact: 'hygiene',
  severity: 'low',
  shownAt: 'role-arn-format',
  title: 'Options of service accounts have valid values',
  fault: 'An option of the service account has an invalid value',
  says: fail.says,
  needs: ['service-accounts'],
  why: 'The webhook ignores an expiration that is not a whole number and an endpoint option that is not a boolean. It raises an expiration below 600 seconds to 600; EKS issues no token for more than 86,400. Pods get another value than the annotation says.',
  fix: 'Write a valid value, or remove the annotation.',
  references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.1'],
  check: subject => {
    if (!subject.roleArn) return notApplicable;
    return failOrPass([...expirationFailure(subject), ...endpointFailure(subject)]);
  },
});

const expirationFailure = (subject: ServiceAccountSubject): readonly Failure[] => {
  const value = subject.serviceAccount.annotations[tokenExpirationKey];
  const fault = value === undefined ? undefined : expirationFault(value, subject.cluster);
  if (value === undefined || fault === undefined) return [];
  const serviceAccount = nameOfAccount(subject);
  const said =
    fault.applied === undefined
      ? fail.notWholeNumber({ value, serviceAccount })
      : fail.outOfBounds({ value, serviceAccount, seconds: fault.applied });
  const valid = phrase('{min} to {max}', { min, max });
  return [
    ignored(
      said.evidence(`annotation ${tokenExpirationKey}`, accountReadFrom(subject), value, valid),
      subject,
      tokenExpirationKey,
      fault.applied,
    ),
  ];
};

const endpointFailure = (subject: ServiceAccountSubject): readonly Failure[] => {
  const value = subject.serviceAccount.annotations[regionalEndpointsKey];
  if (value === undefined || booleanTexts.includes(value)) return [];
  const said = fail
    .notBoolean({ value, serviceAccount: nameOfAccount(subject) })
    .evidence(`annotation ${regionalEndpointsKey}`, accountReadFrom(subject), value, phrase('true or false'));
  return [ignored(said, subject, regionalEndpointsKey)];
};

const ignored = (said: FailureDraft, subject: ServiceAccountSubject, key: string, applied?: number): Failure =>
  said
    .discriminator(key)
    .fix({
      summary: 'Write a valid value: the one in effect, or another.',
      steps: [annotateStep(subject, key, applied === undefined ? undefined : String(applied))],
      choice: 'Keep the value in effect, or choose another.',
    });
