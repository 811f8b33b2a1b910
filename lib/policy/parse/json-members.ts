import type { JsonMember, JsonNode } from './json-scan.ts';
import type { Locate } from './locate.ts';
import type { PolicyProblem } from './policy.ts';

/** Drops all but the last member of each key, and reports those dropped: IAM refuses a policy with them. */
export const lastOfEach = (
  members: readonly JsonMember[],
  locate: Locate,
  problems: PolicyProblem[],
): readonly JsonMember[] => {
  const last = new Map<string, JsonMember>();
  for (const member of members) last.set(member.key, member);
  if (last.size === members.length) return members;
  for (const member of members)
    if (last.get(member.key) !== member)
      problems.push({
        kind: 'duplicate-key',
        name: member.key,
        message: `the key ${quote(member.key)} is used twice: IAM refuses such a policy`,
        at: locate(member.at),
      });
  return members.filter(member => last.get(member.key) === member);
};

/** A JSON value in words, for a message. */
export const describe = (node: JsonNode): string => {
  if (node.kind === 'object' || node.kind === 'array') return `an ${node.kind}`;
  if (node.kind === 'null') return 'null';
  return `the ${node.kind} ${node.kind === 'string' ? quote(node.text) : node.text.slice(0, 40)}`;
};

/** A name of the policy as a message shows it: quoted, cut, without control characters or lone surrogates. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 120 ? `${text.slice(0, 117)}...` : text.toWellFormed());
