/** A name that an audit does not have is refused: an empty answer would look like health. */
import { expect, test } from '@jest/globals';
import { refuseUnknownNames } from '../../../lib/cli/report/refuse-unknown.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Unread } from '../../../lib/model/unread.ts';
import { aReport } from '../../report/sample-report.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';

const gap: Unread = {
  accountId: '121212121212',
  section: 'account',
  reason: { kind: 'denied', operation: 'sts:AssumeRole', message: 'not allowed' },
};
const issuerGap: Unread = { ...gap, accountId: '343434343434', section: 'issuer' };
const audited = {
  report: aReport({
    accounts: [{ accountId: '343434343434', regions: ['sa-east-1'] }],
    findings: [],
    gaps: [gap, issuerGap],
  }),
  facts: [someFacts({ clusters: complete([aReadCluster({})]) })],
} as unknown as Parameters<typeof refuseUnknownNames>[1];
const said = (asked: Parameters<typeof refuseUnknownNames>[0]): string => {
  try {
    refuseUnknownNames(asked, audited);
    return '';
  } catch (error) {
    return String(error);
  }
};

test.each(['343434343434', '121212121212'])('account %s, which was audited or has a gap, is known', id => {
  expect(said({ account: [id] })).toBe('');
});

test.each(['999988887777', '12'])('account %s, which was not audited, is refused', id => {
  expect(said({ account: ['343434343434', id] })).toContain(`--account: unknown AWS account "${id}"; known: 1212`);
});

test('a service account that no cluster has is refused, though an issuer was not read', () => {
  expect(said({ serviceAccount: ['orders/refnd'] })).toContain('--service-account: unknown service account');
});
