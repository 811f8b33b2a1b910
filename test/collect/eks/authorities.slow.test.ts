import { describe, expect, test } from '@jest/globals';
import { readAuthorities } from '../../../lib/collect/eks/read-authorities.ts';
import type { CaCertificate } from '../../../lib/model/kubernetes.ts';
import { against } from '../../support/answering-aws.ts';
import { makeBundle } from '../../support/ca-bundle.ts';

const certificate = (sha256: string): CaCertificate => ({
  subject: 'CN=kubernetes',
  sha256,
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
});
const rotating = { name: 'shop', caCertificates: [certificate('a'), certificate('b')] };
const read = (answer: (path: string) => string, status?: number) =>
  against(
    ({ path }) => answer(path),
    clients => readAuthorities(clients.eks('eu-west-1'), rotating),
    status,
  );
const list = JSON.stringify({ certificateAuthorities: [{ id: 'ca-1' }, { id: 'ca-2' }] });
const described = (id: string): string => JSON.stringify({ certificateAuthority: { id, signingStatus: 'IN_USE' } });
const isList = (path: string): boolean => !/ca-\d/.test(path);

describe('the certificate authorities of a cluster', () => {
  test('are not asked for where there is one: that one signs', async () => {
    let asked = 0;
    const answer = () => {
      asked += 1;
      return list;
    };
    const one = await against(answer, clients =>
      readAuthorities(clients.eks('eu-west-1'), { name: 'shop', caCertificates: [certificate('a')] }),
    );
    expect([one, asked]).toEqual([undefined, 0]);
  });

  test('are described, each by its certificate', async () => {
    const { base64, sha256 } = await makeBundle('CN=next');
    const section = await read(path => {
      if (isList(path)) return list;
      const isNext = path.includes('ca-2');
      return JSON.stringify({
        certificateAuthority: {
          id: isNext ? 'ca-2' : 'ca-1',
          signingStatus: isNext ? 'NOT_USED' : 'IN_USE',
          ...(isNext
            ? { data: base64, scheduledEvents: { firstAutoActivation: 1_800_000_000 } }
            : { activatedAt: 1_700_000_000 }),
        },
      });
    });
    expect(section).toEqual({
      status: 'complete',
      value: [
        { id: 'ca-1', signing: 'IN_USE', activatedAt: '2023-11-14T22:13:20.000Z' },
        { id: 'ca-2', signing: 'NOT_USED', sha256, firstActivation: '2027-01-15T08:00:00.000Z' },
      ],
    });
  });

  test('are unread where that is refused', async () => {
    const refusal = JSON.stringify({ __type: 'AccessDeniedException', message: 'no' });
    expect(await read(() => refusal, 403)).toMatchObject({ status: 'unavailable', reason: { kind: 'denied' } });
  });

  test.each([
    [403, 'AccessDeniedException', 'denied'],
    [429, 'ThrottlingException', 'throttled'],
  ])('of which one is answered with %d are all unread', async (status, code, kind) => {
    const refused = { status, text: JSON.stringify({ __type: code, message: 'no' }) };
    const section = await against(
      ({ path }) => (isList(path) ? list : path.includes('ca-2') ? refused : described('ca-1')),
      clients => readAuthorities(clients.eks('eu-west-1'), rotating),
    );
    expect(section).toMatchObject({
      status: 'unavailable',
      reason: { kind, operation: 'eks:DescribeCertificateAuthority' },
    });
  });

  test.each([
    ['no list', () => '{"certificateAuthorities":7}'],
    ['no authority', (path: string) => (isList(path) ? list : '{"certificateAuthority":{"id":"x"}}')],
  ])('that are %s are unavailable', async (_title, answer) => {
    expect(await read(answer)).toMatchObject({ status: 'unavailable', reason: { kind: 'invalid' } });
  });
});
