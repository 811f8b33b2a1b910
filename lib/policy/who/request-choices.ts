/**
 * The keys of a request that whoever calls STS chooses, and those that are the same for all callers (docs/facts.md §F.4; IAM
 * User Guide, global condition context keys). A test on them tells no caller from another.
 */
import type { Environment } from '../decide/environment.ts';
import { literalGlob } from '../decide/glob.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import { run, type TextGrammar } from '../decide/text-grammar.ts';
import type { KeyChoice } from './key-choice.ts';

const present = (value: string): KeyFact => ({ present: 'yes', value, because: 'the caller chooses it' });

/** Any text of a grammar; `optional` where the caller need not send it. */
export const anyOf = (grammar: TextGrammar, optional = true): KeyChoice => ({
  kind: 'text',
  grammars: [grammar],
  optional,
});

/** Any text without control characters: a header may have others than ASCII (RFC 9110, section 5.5). */
export const anyLine: TextGrammar = [run(/\P{Cc}/u, 1)];

/** Keys that are the same for every caller, by their names in lower case. */
export const ofRequest = /^(?:aws:(?:currenttime|epochtime|resourceaccount|resourcetag\/.*)|iam:resourcetag\/.*)$/;

/** One character is taken as enough, though STS asks for two: a name that is tested closes nothing by its length. */
const sessionName: TextGrammar = [run(/[\w+=,.@-]/, 1, 64)];

const digits = (first: RegExp, more: number): TextGrammar => [run(first, 1, 1), run(/\d/, more, more)];

/** How long a session may last: 900 to 43,200 seconds (STS API Reference, AssumeRole, DurationSeconds). */
export const sessionSeconds: KeyChoice = {
  kind: 'text',
  grammars: [
    ...[digits(/9/, 2), digits(/[1-9]/, 3), digits(/[1-3]/, 4)],
    ...[['4', ...digits(/[0-2]/, 3)], ['43', ...digits(/[01]/, 2)], ['43200']],
  ],
  optional: true,
};

/** Keys that every caller chooses. */
const chosen: ReadonlyMap<string, KeyChoice> = new Map([
  ['sts:rolesessionname', anyOf(sessionName, false)],
  ['sts:durationseconds', sessionSeconds],
  ['aws:useragent', anyOf(anyLine)],
  ['aws:referer', anyOf(anyLine)],
  ['aws:requestedregion', anyOf([run(/[a-z0-9-]/, 3)], false)],
  // "Query API requests are HTTPS requests" (IAM User Guide, calling IAM and STS).
  ['aws:securetransport', { kind: 'facts', facts: [present('true')] }],
]);

/** Keys of the network. Pods of a cluster share it; a stranger has one of their own. */
const network: ReadonlyMap<string, TextGrammar> = new Map([
  ['aws:sourcevpc', ['vpc-', run(/[0-9a-f]/, 8, 17)]],
  ['aws:sourcevpce', ['vpce-', run(/[0-9a-f]/, 8, 17)]],
  ['aws:sourcevpcarn', ['arn:aws:ec2:eu-west-1:', run(/\d/, 12, 12), ':vpc/vpc-', run(/[0-9a-f]/, 8, 17)]],
  ['aws:vpceaccount', [run(/\d/, 12, 12)]],
  ['aws:vpceorgid', ['o-', run(/[a-z0-9]/, 10, 32)]],
  ['aws:vpceorgpaths', ['o-', run(/[a-z0-9]/, 10, 32), '/', run(/[a-z0-9/-]/, 1)]],
]);

/** Whose network it is: the one that all pods of the cluster share, any that the caller may have, or one that the policy does
 *  not name. */
export type Network = 'shared' | 'own' | { readonly unnamed: (value: string) => boolean };

const addresses: ReadonlySet<string> = new Set(['aws:sourceip', 'aws:vpcsourceip']);

/** True for a key that says from which network a call comes. */
export const isOfNetwork = (name: string): boolean => addresses.has(name) || network.has(name);

/** Keys that a caller passes on to the session need an action of their own, which the trust policy must allow too: without it the call
 *  fails (IAM User Guide, "Pass session tags in AWS STS"; "Monitor and control actions taken with assumed roles"). */
const passedOn: readonly (readonly [RegExp, string])[] = [
  [/^(?:aws:(?:requesttag\/|tagkeys$)|sts:transitivetagkeys$)/, 'sts:TagSession'],
  [/^(?:aws|sts):sourceidentity$/, 'sts:SetSourceIdentity'],
];

/** The actions that a request needs beside its own where it sends all of these keys. */
export const passingActions = (names: readonly string[]): readonly string[] =>
  passedOn.flatMap(([keys, action]) => (names.some(name => keys.test(name)) ? [action] : []));

/** True for a key that no request which the role accepts has, since the policy does not allow what it needs. */
export const isNeverPassed = (name: string, { mayAllow }: Environment): boolean =>
  passedOn.some(([keys, action]) => keys.test(name) && !mayAllow(action));

/** The choice of any caller for a key of the request itself; undefined for keys that say who calls. */
export const requestChoice = (name: string, env: Environment, where: Network): KeyChoice | undefined => {
  const own = chosen.get(name) ?? ofRole(name, env);
  if (own) return own;
  if (addresses.has(name))
    return {
      // Whoever calls through an endpoint of a VPC of their own chooses its addresses (docs/facts.md §F.4).
      kind: 'address',
      publicOnly: name === 'aws:sourceip',
      wideOnly: name === 'aws:sourceip' && typeof where === 'object',
    };
  const grammar = network.get(name);
  if (grammar === undefined) return undefined;
  if (where === 'shared') return { kind: 'text', grammars: [grammar, anyLine], optional: true };
  const choice = { kind: 'text', grammars: [grammar], optional: true } as const;
  return where === 'own'
    ? choice
    : { ...choice, taken: value => (where.unnamed(value) ? undefined : literalGlob(value)) };
};

/** Of the role: the same for every caller. A value that was not read is taken as the policy would have it. */
const ofRole = (name: string, { roleTags }: Environment): KeyChoice | undefined => {
  if (name === 'aws:resourceorgid' || name === 'aws:resourceorgpaths') return anyOf(anyLine);
  return isUnreadOfRole(name, { roleTags }) ? anyOf(anyLine) : undefined;
};

/** True for a key whose value is a tag of the role that was not read: whether the caller has the same value is not known. */
export const isUnreadOfRole = (name: string, { roleTags }: Pick<Environment, 'roleTags'>): boolean =>
  roleTags === undefined && /^(?:aws|iam):resourcetag\//.test(name);
