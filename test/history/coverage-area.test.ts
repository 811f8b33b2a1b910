import { describe, expect, test } from '@jest/globals';
import {
  areaKey,
  coverageAreas,
  isUnread,
  maxAreas,
  noTarget,
  unreadAccount,
  unreadState,
} from '../../lib/history/coverage-area.ts';
import { complete, notAskedFor, type ReadFailure, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, aSnapshot, someFacts } from '../support/example-world.ts';

const denied = (operation: string): ReadFailure => ({
  kind: 'denied',
  operation,
  permission: operation,
  message: 'no',
});
const unread = (operation: string) => unavailable<never>(denied(operation));
const areasOf = (over: Parameters<typeof someFacts>[0]) =>
  coverageAreas(someFacts(over)).map(({ section, region, clusterName, whole, failures }) =>
    [section, region, clusterName, whole ? 'whole' : 'part', failures].filter(text => text !== undefined).join(' '),
  );

describe('what was asked for and not read', () => {
  test.each<readonly [string, Parameters<typeof someFacts>[0], readonly string[]]>([
    ['nothing', {}, []],
    ['roles', { roles: unread('iam:ListRoles') }, ['roles whole 1']],
    [
      'a page of roles',
      { roles: withGaps([], [{ what: 'page 2', reason: denied('iam:ListRoles') }]) },
      ['roles part 1'],
    ],
    [
      'two providers of three: one area',
      {
        providers: complete([
          aProvider(),
          ...['0', '1'].map(digit => ({
            ...aProvider({ detail: unread('iam:GetOpenIDConnectProvider') }),
            arn: aProvider().arn.replace(/.$/, digit),
          })),
        ]),
      },
      ['provider-detail part 2'],
    ],
    ['details of a role', { roles: complete([aRole({ detail: unread('iam:GetRole') })]) }, ['role-detail part 1']],
    ['the clusters of a region', { clusters: unread('eks:ListClusters') }, ['clusters eu-west-1 whole 1']],
    [
      'the inside of a cluster',
      { clusters: complete([{ ...aReadCluster(), kubernetes: unread('list pods') }]) },
      ['inside eu-west-1 shop whole 1'],
    ],
    [
      'an issuer that a private network hides',
      { issuers: [anIssuer({ fromPrivateNetwork: true, host: unread('tls') })] },
      ['issuer eu-west-1 shop whole 1'],
    ],
    ['what was not asked for', { roles: notAskedFor('iam:ListRoles') }, []],
  ])('%s', (_title, over, areas) => {
    expect(areasOf(over)).toEqual(areas);
  });

  test('one refusal of everything is one area: the account', () => {
    const none = unread('sts:AssumeRole');
    const snapshot = { providers: none, roles: none, quotas: none, clusters: none };
    expect(areasOf(snapshot)).toEqual(['account whole 1']);
  });

  test('several refusals are told apart, each with what to grant', () => {
    const snapshot = {
      providers: unread('iam:ListOpenIDConnectProviders'),
      roles: unread('iam:ListRoles'),
      clusters: unread('eks:ListClusters'),
    };
    expect(areasOf(snapshot)).toEqual(['providers whole 1', 'roles whole 1', 'clusters eu-west-1 whole 1']);
    expect(isUnread(aSnapshot(snapshot))).toBe(true);
  });

  test('of very many clusters the region is told', () => {
    const clusters = Array.from({ length: maxAreas + 1 }, (_, index) => ({
      ...aReadCluster(),
      cluster: aCluster({ name: `c${index}` }),
      kubernetes: unread('list pods'),
    }));
    expect(areasOf({ clusters: complete(clusters) })).toEqual([`inside eu-west-1 part ${maxAreas + 1}`]);
  });

  test('the missing permission is part of the name of an area, what AWS said of it is not', () => {
    const [area] = coverageAreas(someFacts({ roles: unread('iam:ListRoles') }));
    if (area === undefined) throw new Error('no area');
    expect(areaKey({ ...area, reason: { ...area.reason, message: 'other' } })).toBe(areaKey(area));
    expect(areaKey({ ...area, reason: denied('iam:GetRole') })).not.toBe(areaKey(area));
  });
});

describe('an account is unread', () => {
  const none = unread('x');
  test.each<readonly [string, Parameters<typeof aSnapshot>[0], boolean]>([
    ['where nothing of it was read', { providers: none, roles: none, clusters: none }, true],
    ['not where its roles were read in part', { providers: none, roles: withGaps([], []), clusters: none }, false],
    ['not where one region was read', { providers: none, roles: none }, false],
    [
      'not where nobody asked for anything',
      { providers: notAskedFor('x'), roles: notAskedFor('x'), clusters: notAskedFor('x') },
      false,
    ],
    [
      'where the only region that was read is one that it has not enabled',
      { providers: none, roles: none, clusters: notAskedFor('eks:ListClusters') },
      true,
    ],
  ])('%s', (_title, over, expected) => {
    expect(isUnread(aSnapshot(over))).toBe(expected);
  });
});

test('the areas of an account as a whole, whole', () => {
  const reason = denied('sts:AssumeRole');
  const accountId = '111122223333';
  expect(unreadAccount(accountId, reason)).toEqual({ accountId, section: 'account', whole: true, failures: 1, reason });
  expect(noTarget(accountId)).toEqual({
    ...{ accountId, section: 'target', whole: true, failures: 1 },
    reason: {
      ...{ kind: 'not-found', operation: 'list-targets' },
      message: 'the AWS account is no longer among those to audit',
    },
  });
  for (const [count, isWhole, items] of [
    [1, false, '1 item'],
    [3, true, '3 items'],
  ] as const)
    expect(unreadState(accountId, { count, isWhole })).toEqual({
      ...{ accountId, section: 'known-state', whole: isWhole, failures: count },
      reason: {
        ...{ kind: 'invalid', operation: 'read the table' },
        message: `a newer version of irsa-auditor wrote ${items}: kept, and neither opened, changed nor resolved until that version runs again`,
      },
    });
});
