/**
 * The law of fixes: the policy after a printed fix, in JSON or in words, has no finding of exposure that the policy before it had
 * not. The words are read here as a person reads them, with nothing of the product.
 */
import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../lib/model/finding.ts';
import { optionOf } from '../../support/step-options.ts';
import { aud, deny, exact, findingsIn, host, policy, statement, sub, where, worldOf } from './judge.ts';

type Json = Record<string, unknown>;
type Blocks = Record<string, Json>;
interface Document {
  readonly Statement: readonly (Json & { readonly Condition?: Blocks })[];
}

const at = (label: string): number => Number(/\[(\d+)\]/.exec(label)?.[1] ?? Number.NaN);
const edited = (text: string, index: number, edit: (blocks: Blocks) => Blocks): string => {
  const document = JSON.parse(text) as Document;
  const Statement = document.Statement.map((one, number) =>
    number === index ? { ...one, Condition: edit(one.Condition ?? {}) } : one,
  );
  return JSON.stringify({ ...document, Statement });
};
const without = (blocks: Blocks, tests: readonly string[]): Blocks =>
  Object.fromEntries(
    Object.entries(blocks).map(([operator, block]) => [
      operator,
      Object.fromEntries(Object.entries(block).filter(([key]) => !tests.includes(`${operator} ${key}`))),
    ]),
  );
const withTest = (blocks: Blocks): Blocks => ({ ...blocks, StringEquals: { ...blocks.StringEquals, [sub]: exact } });
const withoutDenials = (text: string): string => {
  const document = JSON.parse(text) as Document;
  return JSON.stringify({ ...document, Statement: document.Statement.filter(({ Effect }) => Effect !== 'Deny') });
};

/** The policy that the words lead to; undefined for words that name no edit. */
const byWords = (text: string, summary: string): string | undefined => {
  const removed = /^(?:Correct or remove|Remove) (.+) in (Statement\[\d+\]): /.exec(summary);
  if (removed) return edited(text, at(removed[2] ?? ''), blocks => without(blocks, (removed[1] ?? '').split(' and ')));
  const replaced = /^In (Statement\[\d+\]) replace (.+) by StringEquals \S+:sub with the exact service accounts/.exec(
    summary,
  );
  if (replaced)
    return edited(text, at(replaced[1] ?? ''), blocks =>
      withTest(
        (replaced[2] ?? '') === 'the tests on the subject'
          ? without(
              blocks,
              Object.keys(blocks).map(operator => `${operator} ${sub}`),
            )
          : without(blocks, (replaced[2] ?? '').split(' and ')),
      ),
    );
  const first = /^First name the service accounts .* in (Statement\[\d+\])\. Then /.exec(summary);
  if (first) return withoutDenials(edited(text, at(first[1] ?? ''), withTest));
  if (/^(?:Leave|Change) .*(?:out of|so that)/i.test(summary)) return withoutDenials(text);
  return undefined;
};

const after = (text: string, { fix }: Finding): readonly string[] => {
  const steps = (fix?.steps ?? []).flatMap(step => optionOf(step, '--policy-document') ?? []);
  const words = byWords(text, fix?.summary ?? '');
  return [...steps, ...(words === undefined ? [] : [words])];
};

const exposures = (text: string): readonly string[] =>
  findingsIn(worldOf(text))
    .filter(({ impact }) => impact === 'exposes')
    .map(({ ruleId }) => ruleId);

const audience = { [aud]: 'sts.amazonaws.com' };
const only = (operator: string, key: string, value: unknown): string =>
  where(
    operator === 'StringEquals'
      ? { StringEquals: { ...audience, [key]: value } }
      : { StringEquals: audience, [operator]: { [key]: value } },
  );
const cases: Readonly<Record<string, string>> = {
  'the claim by a longer name': only('StringEquals', `${host}:subject`, exact),
  'the claim with a blank': only('StringEquals', `${host}:sub `, exact),
  'the claim with a blank, as a pattern': only('StringLike', `${host}:sub `, 'system:serviceaccount:*'),
  'a namespace': only('StringEquals', `${host}:kubernetes.io/namespace`, 'checkout'),
  'a tag of a principal': only('StringEquals', 'aws:PrincipalTag/team', 'a'),
  'a source identity': only('StringEquals', 'sts:SourceIdentity', 'a'),
  'an external id': only('StringEquals', 'sts:ExternalId', 'a'),
  'an organization': only('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'),
  'an organization beside the subject': where({
    StringEquals: { ...audience, [sub]: exact, 'aws:PrincipalOrgID': 'o-a' },
  }),
  'several at once': where({ StringEquals: { ...audience, 'aws:PrincipalOrgID': 'o-a', 'sts:ExternalId': 'x' } }),
  'no subject at all': only('Null', sub, 'true'),
  'an address of a VPC': only('IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.168.4.0/24']),
  'two patterns that share nothing': where({
    StringEquals: audience,
    StringLike: { [sub]: 'system:serviceaccount:a:*' },
    StringNotLike: { [sub]: 'system:serviceaccount:a*' },
  }),
  'a Deny of everybody over a wide Allow': policy(
    statement({ Condition: { StringEquals: audience } }),
    deny({}, { Principal: '*' }),
  ),
  'a Deny by organization over a wide Allow': policy(
    statement({ Condition: { StringEquals: audience } }),
    deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, { Principal: { AWS: '*' } }),
  ),
  'a Deny of private addresses over an exact Allow': policy(
    statement(),
    deny({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
  ),
};

describe('the policy after a fix opens nothing that was closed', () => {
  test.each(Object.entries(cases))('%s', (_, text) => {
    const before = new Set(exposures(text));
    const found = findingsIn(worldOf(text));
    const edits = found.flatMap(finding => after(text, finding));
    expect(found.some(({ impact }) => impact === 'breaks')).toBe(true);
    expect(edits.length).toBeGreaterThan(0);
    expect(edits.flatMap(exposures).filter(ruleId => !before.has(ruleId))).toEqual([]);
  });
});
