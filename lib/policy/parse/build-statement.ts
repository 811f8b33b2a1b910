import { describe, lastOfEach, quote } from './json-members.ts';
import type { JsonMember, JsonNode } from './json-scan.ts';
import type { Locate } from './locate.ts';
import type {
  ConditionTest,
  Located,
  PolicyKind,
  PolicyProblem,
  Principal,
  PrincipalEntry,
  Statement,
} from './policy.ts';

interface Draft {
  sid?: string;
  effect: string;
  principal?: Principal;
  notPrincipal?: Principal;
  actions?: readonly Located[];
  notActions?: readonly Located[];
  resources?: readonly Located[];
  notResources?: readonly Located[];
  conditions: readonly ConditionTest[];
}

/** The policy around a statement. */
interface Around {
  readonly kind: PolicyKind;
  readonly locate: Locate;
  /** Problems of the document that every statement inherits. */
  readonly whole: readonly PolicyProblem[];
  /** Takes problems of the whole policy that are met in the statement. */
  readonly reported: PolicyProblem[];
}

interface Site {
  readonly kind: PolicyKind;
  readonly locate: Locate;
  /** Problems of this statement: they make it undecidable. */
  readonly problems: PolicyProblem[];
  /** Problems of the whole policy that were met here. */
  readonly reported: PolicyProblem[];
}

/** A statement from its members. */
export const buildStatement = (
  { members, at: offset }: Extract<JsonNode, { readonly kind: 'object' }>,
  index: number,
  { kind, locate, whole, reported }: Around,
): Statement => {
  const site: Site = { kind, locate, problems: [...whole], reported };
  const at = locate(offset);
  const draft: Draft = { effect: '', conditions: [] };
  for (const member of lastOfEach(members, locate, reported)) readMember(draft, member, site);
  for (const message of lackingIn(draft, kind)) site.problems.push({ kind: 'element', message, at });
  return { index, ...draft, problems: site.problems, at };
};

/** The elements that a statement of its kind needs and does not have, or has twice. */
const lackingIn = (draft: Draft, kind: PolicyKind): readonly string[] => {
  const { effect, principal, notPrincipal, actions, notActions, resources, notResources } = draft;
  const messages: string[] = [];
  if (effect !== 'Allow' && effect !== 'Deny') messages.push(`Effect is ${quote(effect)}, wanted "Allow" or "Deny"`);
  if (kind === 'trust' && !principal && !notPrincipal) messages.push('a statement of a trust policy needs a Principal');
  if (!actions === !notActions)
    messages.push(actions ? 'a statement cannot have both Action and NotAction' : 'a statement needs an Action');
  if (kind === 'permissions' && !resources === !notResources)
    messages.push(resources ? 'a statement cannot have both Resource and NotResource' : 'a statement needs a Resource');
  return messages;
};

const readMember = (draft: Draft, { key, value, at }: JsonMember, site: Site): void => {
  const elsewhere = site.kind === 'trust' ? resourceElements : principalElements;
  switch (elsewhere.has(key) ? '' : key) {
    case 'Sid':
      if (value.kind === 'string') draft.sid = readSid(value, site);
      else refuse(site, value, 'Sid', 'a string');
      return;
    case 'Effect':
      if (value.kind === 'string') draft.effect = value.text;
      else refuse(site, value, 'Effect', '"Allow" or "Deny"');
      return;
    case 'Principal':
      draft.principal = readPrincipal(value, site);
      return;
    case 'NotPrincipal':
      draft.notPrincipal = readPrincipal(value, site);
      site.problems.push({
        kind: 'element',
        message: 'NotPrincipal is not supported in a trust policy',
        at: site.locate(at),
      });
      return;
    case 'Action':
      draft.actions = readStrings(value, 'Action', site);
      return;
    case 'NotAction':
      draft.notActions = readStrings(value, 'NotAction', site);
      return;
    case 'Resource':
      draft.resources = readStrings(value, 'Resource', site);
      return;
    case 'NotResource':
      draft.notResources = readStrings(value, 'NotResource', site);
      return;
    case 'Condition':
      draft.conditions = readConditions(value, site);
      return;
    default:
      site.problems.push({
        kind: 'element',
        message: `a statement of ${site.kind === 'trust' ? 'a trust policy' : 'such a policy'} has no element ${quote(key)}`,
        at: site.locate(at),
      });
  }
};

const resourceElements: ReadonlySet<string> = new Set(['Resource', 'NotResource']);
const principalElements: ReadonlySet<string> = new Set(['Principal', 'NotPrincipal']);

/** IAM takes letters and digits only (IAM User Guide, Sid). */
const readSid = ({ text, at }: { readonly text: string; readonly at: number }, site: Site): string => {
  if (!/^[A-Za-z0-9]*$/.test(text))
    site.reported.push({
      kind: 'sid',
      name: text,
      message: `the Sid ${quote(text)} has other characters than letters and digits: IAM refuses it`,
      at: site.locate(at),
    });
  return text;
};

const refuse = (site: Site, node: JsonNode, what: string, wanted: string): void => {
  site.problems.push({
    kind: 'element',
    message: `${what} is ${describe(node)}, wanted ${wanted}`,
    at: site.locate(node.at),
  });
};

const readPrincipal = (node: JsonNode, site: Site): Principal => {
  const at = site.locate(node.at);
  if (node.kind === 'string' && node.text === '*') return { kind: 'everyone', at };
  const entries: PrincipalEntry[] = [];
  if (node.kind === 'object')
    for (const { key, value, at: keyAt } of lastOfEach(node.members, site.locate, site.reported)) {
      if (!principalTypes.has(key))
        site.problems.push({
          kind: 'element',
          message: `unknown principal type ${quote(key)}`,
          at: site.locate(keyAt),
        });
      for (const text of readStrings(value, key, site)) entries.push({ type: key, value: text });
    }
  else refuse(site, node, 'Principal', 'an object such as {"Federated": "<provider ARN>"}');
  if (node.kind === 'object' && node.members.length === 0)
    site.problems.push({ kind: 'element', message: 'Principal is an empty object', at });
  return { kind: 'typed', entries, at };
};

const principalTypes = new Set(['AWS', 'Federated', 'Service', 'CanonicalUser']);

const readStrings = (node: JsonNode, what: string, site: Site): readonly Located[] => {
  const texts: Located[] = [];
  for (const item of node.kind === 'array' ? node.items : [node])
    if (item.kind === 'string') texts.push({ text: item.text, at: site.locate(item.at) });
    else refuse(site, item, what, 'a string or a list of strings');
  if (node.kind === 'array' && node.items.length === 0) refuse(site, node, what, 'at least one value');
  return texts;
};

const readConditions = (node: JsonNode, site: Site): readonly ConditionTest[] => {
  if (node.kind !== 'object') {
    refuse(site, node, 'Condition', 'an object of operators');
    return [];
  }
  const tests: ConditionTest[] = [];
  for (const { key: operator, value: block, at } of lastOfEach(node.members, site.locate, site.reported)) {
    if (block.kind !== 'object') {
      refuse(site, block, `the condition ${quote(operator)}`, 'an object of keys');
      continue;
    }
    const keys = lastOfEach(block.members, site.locate, site.reported);
    reportCaseTwins(keys, site);
    for (const { key, at: keyAt, value } of keys)
      tests.push({
        operator,
        key: { text: key, at: site.locate(keyAt) },
        values: readValues(value, key, site),
        at: site.locate(at),
      });
  }
  return tests;
};

/** Access Analyzer, "Duplicate keys with different case": an error. The meaning of a stored one in IAM is not
 *  documented. */
const reportCaseTwins = (members: readonly JsonMember[], site: Site): void => {
  const seen = new Map<string, string>();
  for (const { key, at } of members) {
    const twin = seen.get(key.toLowerCase());
    if (twin !== undefined)
      site.reported.push({
        kind: 'key-case',
        name: key,
        message: `the condition keys ${quote(twin)} and ${quote(key)} differ only in case`,
        at: site.locate(at),
      });
    seen.set(key.toLowerCase(), key);
  }
};

const readValues = (node: JsonNode, key: string, site: Site): readonly Located[] => {
  const values: Located[] = [];
  for (const item of node.kind === 'array' ? node.items : [node])
    if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean')
      values.push({ text: item.text, at: site.locate(item.at) });
    else refuse(site, item, `a value of ${quote(key)}`, 'a string');
  return values;
};
