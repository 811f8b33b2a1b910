import { expect, test } from '@jest/globals';
import { issuersOfPolicy as issuersOfPolicyAlone } from '../../lib/facts/policy-issuers.ts';
import { aStatement, mustParse, policyText } from '../support/trust-cases.ts';
import { recorded } from '../support/whole/whole.ts';

const issuersOfPolicy = recorded('issuersOfPolicy', issuersOfPolicyAlone);

const arn = (host: string): string => `arn:aws:iam::111122223333:oidc-provider/${host}`;
const eks = 'oidc.eks.eu-west-1.amazonaws.com/id/A';
const github = 'token.actions.githubusercontent.com';
const self = 'issuer.example/a';
const trusting = (hosts: readonly string[], condition: object = {}) =>
  aStatement({ Principal: { Federated: hosts.map(arn) }, Condition: { StringLike: condition } });
const account = 'system:serviceaccount:a:b';

test.each([
  ['EKS by its host', [trusting([eks])], [eks], []],
  ['GitHub beside it', [trusting([github, eks], { [`${eks}:sub`]: account })], [eks], [github]],
  [
    'a self-hosted one by the key of its subjects',
    [trusting([self, github], { [`${self.toUpperCase()}:sub`]: account })],
    [self],
    [github],
  ],
  ['one that stands alone by any subject', [trusting([self], { sub: account })], [self], []],
  ['one with a scheme in its ARN', [trusting([`https://${self}`], { [`${self}:sub`]: account })], [self], []],
  ['one that stands alone beside a key of EKS', [trusting([self], { [`${eks}:sub`]: account })], [], [self]],
  ['two without a key of their own', [trusting([self, github], { sub: account })], [], [self, github]],
  ['one that nothing tells', [trusting([self])], [], [self]],
  [
    'subjects of another statement tell nothing',
    [trusting([github]), trusting([eks], { x: account })],
    [eks],
    [github],
  ],
  ['each once, in order', [trusting([eks, github]), trusting([github, eks])], [eks], [github]],
  ['none', [aStatement({ Principal: { AWS: '*' } })], [], []],
])('%s', (_, statements, clusters, others) => {
  const withScheme = (hosts: readonly string[]) => hosts.map(host => `https://${host}`);
  expect(issuersOfPolicy(mustParse(policyText(statements)))).toEqual({
    clusters: withScheme(clusters),
    others: withScheme(others),
  });
});
