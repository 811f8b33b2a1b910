import { expect, test } from '@jest/globals';
import { serviceAccountIssuers } from '../../lib/facts/service-account-issuers.ts';
import { complete } from '../../lib/model/collected.ts';
import { aRole } from '../support/example-world.ts';
import { aStatement, policyText } from '../support/trust-cases.ts';

const [eks, github] = ['oidc.eks.eu-west-1.amazonaws.com/id/A', 'token.actions.githubusercontent.com'];
const [own, other] = ['issuer.example/a', 'issuer.example/b'];
const account = 'system:serviceaccount:a:b';
const trusting = (hosts: readonly string[], condition: object) =>
  aStatement({
    Principal: { Federated: hosts.map(host => `arn:aws:iam::111122223333:oidc-provider/${host}`) },
    Condition: { StringLike: condition },
  });
const issuersOf = (...statements: readonly object[]) => [
  ...serviceAccountIssuers({ roles: complete([aRole({ trustPolicy: policyText(statements as never) })]) }),
];

test.each<[string, object, readonly string[]]>([
  ['alone, by a key of its own', trusting([own], { [`${own}:sub`]: account }), [own]],
  ['alone, by a key without its issuer', trusting([own], { sub: account }), [own]],
  ['alone, by the key of another issuer that is none of EKS', trusting([own], { [`${other}:sub`]: account }), [own]],
  ['alone beside a key of EKS', trusting([own], { [`${eks}:sub`]: account }), []],
  [
    'alone beside a key of EKS with its other host',
    trusting([own], { 'oidc-eks.eu-west-1.api.aws/id/A:sub': account }),
    [],
  ],
  ['beside GitHub, by its own key', trusting([own, github], { [`${own.toUpperCase()}:sub`]: account }), [own]],
  ['beside GitHub, by no key of its own', trusting([own, github], { sub: account }), []],
  [
    'each of two by its own key',
    trusting([own, other], { [`${own}:sub`]: account, [`${other}:sub`]: account }),
    [own, other],
  ],
  ['that ends with a slash, whose keys are not documented', trusting([`${own}/`], { [`${own}/:sub`]: account }), []],
  ['of EKS with a slash too many', trusting([`${eks}/`], { [`${eks}:sub`]: account }), [eks]],
  ['a login of another form', trusting([github], { [`${github}:sub`]: 'repo:a/b:ref:refs/heads/main' }), []],
])('an issuer %s', (_, statement, expected) => {
  expect(issuersOf(statement)).toEqual(expected);
});
