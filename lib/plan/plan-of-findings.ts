/** From findings of an earlier run to a plan, without a new read. */
import { defaultSettings, type Facts } from '../facts/facts.ts';
import { indexOf } from '../facts/fleet-index.ts';
import { nothingAsked } from '../facts/sections.ts';
import { setTrustPolicy } from '../fixes/aws-steps.ts';
import { keyOfChange } from '../fixes/change-table.ts';
import { act } from '../fixes/step.ts';
import type { Role } from '../model/account.ts';
import { parseArn, roleNameOf } from '../model/arn.ts';
import { complete, notAskedFor } from '../model/collected.ts';
import type { Finding } from '../model/finding.ts';
import { type AccountSnapshot, snapshotSchemaVersion } from '../model/snapshot.ts';
import { type AccessChange, type Act, type Change, type ChangeOf, isAct } from '../model/step.ts';
import { trustPolicyOf } from '../policy/parse/trust-policy-of.ts';
import { keepsOtherPrincipals } from '../rules/access/other-principals.ts';
import { combinedEdit } from './combine-edits.ts';
import { inOrder } from './order.ts';
import {
  accessBetween,
  asChosen,
  decisionOf,
  type LeftFinding,
  type Plan,
  type PlanChoices,
  type PlannedStep,
} from './plan.ts';

/**
 * The plan for findings that were written by an earlier run: their own steps. Several edits of one role are one policy where
 * it is proven by exact sets that together they give nothing that none of them gives; the other findings need the next
 * run. `now` is the instant for tests of time, ISO 8601.
 */
export const planOfFindings = (findings: readonly Finding[], choices: PlanChoices, now: string): Plan => {
  const taken = new Map<string, PlannedStep>();
  const [fixed, left]: [Finding[], LeftFinding[]] = [[], []];
  for (const found of findings.filter(one => one.waiver === undefined && choices.wants(one))) {
    const finding = withAccess(asChosen(found, choices), now);
    const why = take(finding, taken, choices, now);
    if (why === undefined) fixed.push(finding);
    else left.push({ finding, why });
  }
  return { steps: inOrder([...taken.values()]), fixed, left };
};

/** The finding with who gains and who loses by its steps, as far as the changes tell. A file says nothing of that: whoever wrote
 *  it could say anything. */
const withAccess = (finding: Finding, now: string): Finding => {
  const { steps } = finding.fix;
  if (steps === undefined) return finding;
  return {
    ...finding,
    fix: {
      ...finding.fix,
      steps: steps.map(step => (isAct(step) ? act(step.change, accessOf(step.change, now)) : step)),
    },
  };
};

/** Which roles trust a provider is not known here: there may be more on both sides. */
const accessOf = (change: Change, now: string): readonly AccessChange[] => {
  if (change.kind === 'provider-created' || change.kind === 'audience-added')
    return [{ roleArn: change.providerArn, gains: [], loses: [], isOpen: true }];
  if (change.kind !== 'trust-policy') return [];
  const { roleArn, before, after } = change;
  const { facts } = unreadFacts(change, now);
  const access = accessBetween(roleArn, before, after, facts) ?? [];
  const [was, is] = [before, after].map(trustPolicy => trustPolicyOf({ trustPolicy }));
  const keepsOthers = was?.ok && is?.ok && keepsOtherPrincipals(was.policy, is.policy, facts);
  return keepsOthers ? access : access.map(one => ({ ...one, isOpen: true }));
};

const clashes =
  'Another step sets the same document, and the two could not be combined: run the audit and the plan again afterwards.';

/** Takes the steps of a finding into those that are taken, or says why not: then these stay as they are. */
const take = (
  finding: Finding,
  taken: Map<string, PlannedStep>,
  choices: PlanChoices,
  now: string,
): string | undefined => {
  const steps = (finding.fix.steps ?? []).filter(isAct);
  if (steps.length === 0) return finding.fix.choice ?? 'No step is known that fixes it.';
  if (!choices.isDecided(finding)) return decisionOf(finding);
  const added = new Map<string, PlannedStep>();
  for (const step of steps) {
    const key = keyOfChange(step.change);
    const earlier = added.get(key) ?? taken.get(key);
    const both = earlier === undefined ? step : combined(earlier, step, now);
    if (both === undefined) return clashes;
    added.set(key, { ...both, findingIds: [...new Set([...(earlier?.findingIds ?? []), finding.id])] });
  }
  for (const [key, step] of added) taken.set(key, step);
  return undefined;
};

const combined = (earlier: Act, later: Act, now: string): Act | undefined => {
  if (JSON.stringify(earlier.change) === JSON.stringify(later.change)) return earlier;
  const [was, is] = [earlier.change, later.change];
  if (was.kind !== 'trust-policy' || is.kind !== 'trust-policy' || was.before !== is.before) return undefined;
  const { role, facts } = unreadFacts(was, now);
  const text = combinedEdit(was.before, [was.after, is.after], role, facts);
  if (text === undefined) return undefined;
  return setTrustPolicy(was.roleArn, was.before, JSON.parse(text), accessBetween(was.roleArn, was.before, text, facts));
};

/** Facts of which only the policy of one role is known: every issuer and audience that it names is then asked about. */
const unreadFacts = (
  { roleArn, before }: Pick<ChangeOf<'trust-policy'>, 'roleArn' | 'before'>,
  now: string,
): { readonly role: Role; readonly facts: Facts } => {
  const { accountId = '', partition = 'aws' } = parseArn(roleArn) ?? {};
  const why = 'the plan is of an earlier audit';
  const name = roleNameOf(roleArn);
  const role: Role = { arn: roleArn, name, path: '/', trustPolicy: before, detail: notAskedFor('iam:GetRole', why) };
  const snapshot: AccountSnapshot = {
    schemaVersion: snapshotSchemaVersion,
    accountId,
    partition,
    takenAt: now,
    ...nothingAsked(why),
    roles: complete([role]),
    regions: [],
  };
  return { role, facts: { snapshot, fleet: indexOf([snapshot]), issuers: {}, now, settings: defaultSettings } };
};
