import { given } from '../../text.ts';
import { buildStatement } from './build-statement.ts';
import { maxPolicyLength } from './decode-policy.ts';
import { describe, lastOfEach, quote } from './json-members.ts';
import type { JsonMember, JsonNode } from './json-scan.ts';
import type { Locate } from './locate.ts';
import type { ParsedPolicy, PolicyKind, PolicyProblem, Statement } from './policy.ts';

/** Versions of the policy language (IAM User Guide, Version). */
const versions = new Set(['2012-10-17', '2008-10-17']);

/** Where a tree was read: a text of its own, or a part of a larger document. */
export interface PolicySource {
  /** The policy as IAM is sent it. */
  readonly text: string;
  /** Turns an offset of the tree into the place that findings name. */
  readonly locate: Locate;
  /** The line of what was read at an offset of the tree. */
  readonly lineAt: (offset: number) => string;
}

/** The tree of a policy. A problem of the whole document makes every statement undecidable. */
export const buildPolicy = (root: JsonNode, source: PolicySource, kind: PolicyKind = 'trust'): ParsedPolicy => {
  const { locate, text } = source;
  const refuse = (message: string, node: JsonNode): ParsedPolicy => refusedPolicy(message, node.at, source);
  if (text.length > maxPolicyLength) return refuse(tooLong(text), root);
  if (root.kind !== 'object')
    return refuse(`got ${describe(root)}, wanted a policy: a JSON object with "Statement"`, root);
  const problems: PolicyProblem[] = refusedStrings(root).map(offset => ({
    kind: 'character',
    message: 'a character outside of U+0020 to U+00FF: IAM refuses it',
    at: locate(offset),
  }));
  const members = lastOfEach(root.members, locate, problems);
  const whole: PolicyProblem[] = [];
  const version = versionOf(members, locate, whole);
  const list = members.find(member => member.key === 'Statement')?.value;
  if (!list) return refuse(missingStatement(root.members), root);
  const statements: Statement[] = [];
  for (const node of list.kind === 'array' ? list.items : [list]) {
    if (node.kind !== 'object')
      return refuse(`got ${describe(node)} as Statement[${statements.length}], wanted an object`, node);
    statements.push(buildStatement(node, statements.length, { kind, locate, whole, reported: problems }));
  }
  reportRepeatedSids(statements, problems);
  problems.unshift(...whole);
  return { ok: true, policy: { ...given({ version }), statements, problems, length: lengthOf(text) } };
};

/** Characters that the quota counts: all but white space (IAM quotas). Strict JSON has no other one up to the space. */
const lengthOf = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 32) count += 1;
  return count;
};

/** A text that is not a policy, with its place and the line that says so. */
export const refusedPolicy = (
  message: string,
  offset: number,
  { locate, lineAt }: Pick<PolicySource, 'locate' | 'lineAt'>,
): ParsedPolicy => ({
  ok: false,
  problem: { kind: 'unreadable', message, at: locate(offset) },
  excerpt: lineAt(offset),
});

/** Why a text is not read. */
export const tooLong = (text: string): string =>
  `the text has ${text.length} characters; at most ${maxPolicyLength} are read`;

/** Characters outside of what IAM takes in a trust policy: tab, line feed, carriage return, U+0020 to U+00FF. */
const refusedCharacter = /[^\t\n\r -\u00ff]/;

/** The offsets of keys and strings with characters that IAM refuses, in the order of the text. */
const refusedStrings = (node: JsonNode): readonly number[] => {
  if (node.kind === 'array') return node.items.flatMap(refusedStrings);
  if (node.kind === 'object')
    return node.members.flatMap(({ key, at, value }) => [
      ...(refusedCharacter.test(key) ? [at] : []),
      ...refusedStrings(value),
    ]);
  return refusedCharacter.test(node.text) ? [node.at] : [];
};

const missingStatement = (members: readonly JsonMember[]): string => {
  const near = members.find(member => member.key.toLowerCase() === 'statement');
  if (near) return `got the element ${quote(near.key)}, wanted "Statement"`;
  const wrapped = members.find(member => /policy/i.test(member.key));
  return `a policy needs "Statement"${wrapped ? `: is the policy the value of ${quote(wrapped.key)}?` : ''}`;
};

const versionOf = (members: readonly JsonMember[], locate: Locate, whole: PolicyProblem[]): string | undefined => {
  let version: string | undefined;
  for (const { key, value, at } of members) {
    if (key === 'Version') {
      if (value.kind === 'string') version = value.text;
      if (!versions.has(version ?? ''))
        whole.push({
          kind: 'version',
          message: `Version is ${version === undefined ? describe(value) : quote(version)}, wanted "2012-10-17"`,
          at: locate(value.at),
        });
    } else if (key !== 'Statement' && key !== 'Id')
      whole.push({ kind: 'element', message: `a policy has no element ${quote(key)}`, at: locate(at) });
  }
  return version;
};

const reportRepeatedSids = (statements: readonly Statement[], problems: PolicyProblem[]): void => {
  const seen = new Set<string>();
  for (const { sid, at } of statements) {
    // Tools write an empty Sid into every statement, and IAM takes that.
    if (sid === undefined || sid === '') continue;
    if (seen.has(sid))
      problems.push({
        kind: 'repeated-sid',
        name: sid,
        message: `the Sid ${quote(sid)} is used twice: IAM refuses it`,
        at,
      });
    seen.add(sid);
  }
};
