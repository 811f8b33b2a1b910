/** A step tells of a finding as it was: how bad at the worst, and since when. */
import { expect, test } from '@jest/globals';
import { anyValue } from '../../lib/audit/contract.ts';
import { attributesOf } from '../../lib/notify/digest-attributes.ts';
import { securityFinding } from '../../lib/notify/security-finding.ts';
import { aDigest } from '../support/digest-builders.ts';
import { aFinding, aKnown, aRun } from '../support/drift-builders.ts';

const low = aFinding({ severity: 'low' });
const before = aKnown({ finding: low, openAs: { severity: 'critical', owners: [] } });
const after = aKnown({ finding: low, status: 'resolved', version: 2, changedAt: aRun(5).at, runId: 'run-5' });
const resolved = { kind: 'resolved', ...aRun(5), summary: 'gone', before, after } as const;

test('the end of a finding passes the filter of whoever was told of it when it was worse', () => {
  expect(attributesOf(aDigest([resolved])).severity).toEqual(['critical', 'low']);
});

test('a changed fact, which has no cluster, passes each filter of clusters beside findings that have one', () => {
  const fact = { ...aRun(5), kind: 'cluster-issuer', subject: 'arn:cluster', accountId: low.accountId } as const;
  const placed = { ...resolved, before: undefined, after: aKnown({ finding: { ...low, clusterName: 'shop' } }) };
  const opened = { ...placed, kind: 'opened' } as unknown as typeof resolved;
  expect(attributesOf(aDigest([opened])).cluster).toEqual(['shop']);
  expect(attributesOf({ ...aDigest([opened]), factChanges: [fact] }).cluster).toEqual(['shop', anyValue]);
  const { clusterName: _none, ...unplaced } = low;
  const other = { ...opened, after: aKnown({ finding: { ...unplaced, id: 'other' } }) };
  expect(attributesOf(aDigest([opened, other])).cluster).toEqual(['shop', anyValue]);
});

test('a finding of the hub was created when it was first seen, and updated by the step', () => {
  const place = { partition: 'aws', accountId: '999988887777', region: 'eu-west-1' };
  const { CreatedAt, UpdatedAt, AwsAccountId } = securityFinding(resolved, place);
  expect({ CreatedAt, UpdatedAt, AwsAccountId }).toEqual({
    ...{ CreatedAt: aRun(1).at, UpdatedAt: aRun(5).at, AwsAccountId: place.accountId },
  });
});
