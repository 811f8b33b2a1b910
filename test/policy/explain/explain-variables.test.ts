import { expect, test } from '@jest/globals';
import { aRequest, aud, P, policyWith, S, sub, variable } from '../../support/trust-cases.ts';
import { decide } from '../../support/whole/decide.ts';

const asked = aRequest({ roleTags: { star: 'a*', app: 'app' } });

/** The words on a test whose value has policy variables (docs/facts.md §A.5). */
test.each([
  [
    'one without a value',
    { StringEquals: { [aud]: variable('aws:username') } },
    'deny',
    `the policy variable ${variable('aws:username')} has no value: no AWS principal signs this request: the key is absent`,
  ],
  [
    'the first that is not resolved',
    { StringEquals: { [aud]: ['x', variable('sts:ExternalId'), variable('aws:username')] } },
    'deny',
    `the policy variable ${variable('sts:ExternalId')} has no value: AssumeRoleWithWebIdentity has no external id: the key is absent`,
  ],
  [
    'one without a value beside one that matches',
    { StringEquals: { [aud]: [variable('aws:username'), 'sts.amazonaws.com'] } },
    'allow',
    'a value matches',
  ],
  [
    'one that cannot be known',
    { StringLike: { [sub]: `${S}*:${variable('sts:RoleSessionName')}` } },
    'unknown',
    `the value of ${variable('sts:RoleSessionName')} cannot be known: the pod’s SDK chooses the session name`,
  ],
  [
    'one that may not be there, though its value is known',
    { StringEquals: { [aud]: variable(`${P}:oaud`) } },
    'unknown',
    `the value of ${variable(`${P}:oaud`)} cannot be known: whether an EKS token’s request carries :oaud is not documented`,
  ],
  [
    'one that may come in another form',
    { StringEquals: { [aud]: variable('aws:FederatedProvider') } },
    'unknown',
    `the value of ${variable('aws:FederatedProvider')} cannot be known: documented as the provider’s ARN`,
  ],
  [
    'one that is none',
    { StringEquals: { [aud]: variable('') } },
    'unknown',
    `the policy variable ${variable('')} has no documented meaning`,
  ],
  [
    'a wildcard in its value',
    { StringLike: { [aud]: variable('aws:ResourceTag/star') } },
    'unknown',
    'whether wildcards in a substituted value count is not documented',
  ],
  ['an ARN of one', { ArnLike: { [sub]: variable('aws:username') } }, 'deny', expect.stringContaining('has no value')],
  [
    'one that is resolved and differs',
    { StringEquals: { [aud]: variable('aws:ResourceTag/app') } },
    'deny',
    'the value differs',
  ],
  [
    'one that is resolved',
    { StringEquals: { [sub]: `${S}prod:${variable('aws:ResourceTag/app')}` } },
    'allow',
    'a value matches',
  ],
  [
    'escaped ones',
    { StringLike: { [sub]: [`${S}prod:${variable('?')}pp`, `${S}${variable('$')}:app`, `${S}prod:${variable('*')}`] } },
    'deny',
    'none of the values matches',
  ],
  [
    'a number is not compared as text',
    { NumericEquals: { 'aws:ResourceTag/app': variable('aws:username') } },
    'unknown',
    'what NumericEquals makes of these values is not documented (the role’s tag)',
  ],
])('%s', (_, condition, decision, because) => {
  const decided = decide(policyWith(condition), asked);
  expect(decided.decision).toBe(decision);
  expect(decided.statements[0]?.tests[0]?.because).toEqual(because);
});

test('in an old version a variable is plain text', () => {
  const decided = decide(policyWith({ StringEquals: { [aud]: variable('aws:username') } }, '2008-10-17'), asked);
  expect(decided.statements[0]?.tests[0]?.because).toBe('the value differs');
});
