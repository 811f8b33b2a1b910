/** Builders with defaults for drift and store tests. Every name is made up. */

import { posixCommands } from '../../lib/fixes/render-step.ts';
import type { KnownState } from '../../lib/history/known-state.ts';
import type { Reconciled } from '../../lib/history/reconcile.ts';
import type { KnownFinding } from '../../lib/history/transition.ts';
import { factKey } from '../../lib/history/watched-drift.ts';
import type { ChangeEvent } from '../../lib/model/change-event.ts';
import type { Finding, Folded } from '../../lib/model/finding.ts';
import type { Step } from '../../lib/model/step.ts';
import { type Evaluation, outcomeKey, type WatchedFact } from '../../lib/rules/evaluate/evaluation.ts';
import { findingId } from '../../lib/rules/evaluate/finding-id.ts';

export const accountId = '111122223333';
export const rolePrefix = `arn:aws:iam::${accountId}:role/`;
export const providerPrefix = `arn:aws:iam::${accountId}:oidc-provider/`;
export const aRun = (number: number) => ({
  runId: `run-${number}`,
  at: `2026-11-${String(number).padStart(2, '0')}T06:00:00.000Z`,
});

const message = 'Every service account of the cluster shop may assume the role checkout-cart.';

const steps: readonly Step[] = [
  {
    change: {
      kind: 'trust-policy',
      roleArn: `${rolePrefix}checkout-cart`,
      before: '{}',
      after: '{"Version":"2012-10-17"}',
    },
  },
];

/** A finding whose data is its message: another message is another finding. */
export const aFinding = (over: Partial<Finding> = {}): Finding => {
  const ruleId = over.ruleId ?? 'trust-any-subject';
  const subject = over.subject ?? `${rolePrefix}checkout-cart`;
  const discriminator = over.discriminator ?? '';
  return {
    id: findingId(ruleId, subject, discriminator),
    ruleId,
    subject,
    discriminator,
    impact: 'exposes',
    severity: 'high',
    messageId: 'any',
    data: { text: over.message ?? message },
    brief: ruleId,
    message,
    evidence: [{ what: 'condition on :sub', got: 'none', wanted: 'a subject', readFrom: 'iam:ListRoles' }],
    fix: { summary: 'Name the service account.', steps, commands: posixCommands(steps) },
    explains: [],
    accountId,
    region: 'eu-west-1',
    clusterName: 'shop',
    roleArn: `${rolePrefix}checkout-cart`,
    ...over,
  };
};

/** A finding as a part of its cause. */
export const foldedOf = ({ id, ruleId, subject, discriminator, message: told }: Finding): Folded => ({
  ...{ id, ruleId, subject, message: told },
  ...(discriminator === '' ? {} : { discriminator }),
});

/** The finding of the role `name`. */
export const aRoleFinding = (name: string, over: Partial<Finding> = {}): Finding =>
  aFinding({ subject: `${rolePrefix}${name}`, roleArn: `${rolePrefix}${name}`, ...over });

/** A finding that no run has seen has no state: this one was opened by run 1. */
export const aKnown = (over: Partial<KnownFinding> = {}): KnownFinding => ({
  finding: aFinding(),
  status: 'open',
  version: 1,
  firstSeenAt: aRun(1).at,
  changedAt: aRun(1).at,
  runId: aRun(1).runId,
  ...over,
});

export const aFact = (over: Partial<WatchedFact> = {}): WatchedFact => ({
  kind: 'role-trust-policy',
  subject: `${rolePrefix}checkout-cart`,
  accountId,
  value: '{"Version":"2012-10-17"}',
  ...over,
});

/** An event that changed the role of `aFinding` and `aFact`. */
export const aChangeEvent = (over: Partial<ChangeEvent> = {}): ChangeEvent => ({
  eventId: 'e-1',
  event: 'UpdateAssumeRolePolicy',
  at: '2026-11-25T10:15:02Z',
  accountId,
  actor: `arn:aws:iam::${accountId}:user/kim`,
  sourceIp: '198.51.100.7',
  thing: { kind: 'role', name: 'checkout-cart' },
  ...over,
});

/** An evaluation that read everything: subjects of findings and facts are there, rules of findings ran. */
export const anEvaluation = (over: Partial<Evaluation> = {}): Evaluation => {
  const findings = over.findings ?? [];
  const watched = over.watched ?? [];
  return {
    accountId,
    at: aRun(1).at,
    findings,
    undecided: [],
    outcomes: Object.fromEntries(findings.map(({ ruleId, subject }) => [outcomeKey(ruleId, subject), 'fail'])),
    rulesRun: ['trust-any-subject', 'trust-provider-missing', 'provider-audience-missing'],
    closedScopes: [rolePrefix, providerPrefix],
    openScopes: [],
    subjects: [...new Set([...findings, ...watched].map(({ subject }) => subject))],
    gaps: [],
    missed: [],
    counts: { clusters: 1, providers: 1, roles: 1, irsaRoles: 1, serviceAccounts: 0, pods: 0 },
    watched,
    ...over,
  };
};

/** The state after a run was written, as a store would give it back. */
export const stateAfter = (known: KnownState, change: Reconciled, at: string): KnownState => {
  const findings = new Map(known.findings.map(item => [item.finding.id, item]));
  for (const { after } of change.transitions) findings.set(after.finding.id, after);
  const watched = new Map(known.watched.map(fact => [factKey(fact), fact]));
  for (const fact of change.watched) watched.set(factKey(fact), fact);
  for (const gone of change.factChanges) if (gone.after === undefined) watched.delete(factKey(gone));
  return {
    findings: [...findings.values()],
    watched: [...watched.values()],
    hasBaseline: true,
    readScopes: change.readScopes,
    unreadFacts: change.unreadFacts,
    confirmedAt: at,
    readAt: at,
  };
};
