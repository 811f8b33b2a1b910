import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aProvider, aRole, someFacts } from '../support/example-world.ts';

const host = 'token.actions.githubusercontent.com';
const arn = `arn:aws:iam::111122223333:oidc-provider/${host}`;
const github = aProvider({ arn, issuer: `https://${host}` });
const roleOf = (name: string, Principal: unknown, Action: unknown) =>
  aRole({
    name,
    arn: `arn:aws:iam::111122223333:role/${name}`,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] }),
  });
const deployer = roleOf('deployer', { Federated: arn }, 'sts:AssumeRoleWithWebIdentity');
const podRole = roleOf('pods', { Service: 'pods.eks.amazonaws.com' }, ['sts:AssumeRole', 'sts:TagSession']);
const lambda = roleOf('lambda', { Service: 'lambda.amazonaws.com' }, 'sts:AssumeRole');

const world = (providers: readonly ReturnType<typeof aProvider>[], roles: readonly ReturnType<typeof aRole>[]) =>
  someFacts({ providers: complete([aProvider(), ...providers]), roles: complete([aRole(), ...roles]) });

/** The changes of watched facts that a second run tells. */
const told = (before: Facts, after: Facts): readonly string[] => {
  const first = reconcile(nothingKnown, evaluate(before, { rules: catalog }), aRun(1));
  const known = stateAfter(nothingKnown, first, aRun(1).at);
  const { factChanges } = reconcile(known, evaluate(after, { rules: catalog }), aRun(2));
  return factChanges.map(({ kind, subject, before: was, after: is }) =>
    [kind, subject.split(/[/]/)[1], was === undefined ? 'appeared' : is === undefined ? 'gone' : `${was} → ${is}`].join(
      ' ',
    ),
  );
};

test.each<[string, Facts, Facts, readonly string[]]>([
  [
    'a provider that appears is told, a cluster’s or not',
    world([], []),
    world([github], []),
    [`provider-audiences ${host} appeared`, `provider-thumbprints ${host} appeared`],
  ],
  [
    'and its going',
    world([github], []),
    world([], []),
    [`provider-audiences ${host} gone`, `provider-thumbprints ${host} gone`],
  ],
  [
    'a change of its audiences is told',
    world([github], []),
    world([aProvider({ arn, issuer: `https://${host}`, audiences: ['sts.amazonaws.com', 'x'] })], []),
    [`provider-audiences ${host} sts.amazonaws.com → sts.amazonaws.com, x`],
  ],
  [
    'a role that logins can assume is told',
    world([github], []),
    world([github], [deployer]),
    ['role-trust-policy deployer appeared'],
  ],
  [
    'a role that pods can assume by EKS Pod Identity is told',
    world([], []),
    world([], [podRole]),
    ['role-trust-policy pods appeared'],
  ],
  ['and its going, too', world([], [podRole]), world([], []), ['role-trust-policy pods gone']],
  ['a role of a service alone is none of these', world([], []), world([], [lambda]), []],
  [
    'a provider whose detail is denied is not gone',
    world([github], []),
    world(
      [
        {
          ...github,
          detail: unavailable({ kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'no' }),
        },
      ],
      [],
    ),
    [],
  ],
])('%s', (_, before, after, changes) => expect(told(before, after)).toEqual(changes));
