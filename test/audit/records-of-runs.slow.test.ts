/** Drawn sequences of runs in one process, some of which die at any write: what their records and messages say. */
import { expect, test } from '@jest/globals';
import type { AuditPorts } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import type { Digest, KnownFinding } from '../../lib/history/transition.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import { aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const accounts = ['111122223333', '444455556666'] as const;
const ruleIds = ['trust-any-subject', 'trust-provider-missing', 'trust-subject-malformed'];
const choices = someChoices({ rules: catalog.filter(({ id }) => ruleIds.includes(id)), concurrency: 1 });
const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;

/** How an account is in one run: a target or not, what its roles are, or that it is not read. */
const aState = fc.constantFrom('absent', 'good', 'open', 'malformed', 'both', 'roles unread', 'unread');
const aRunOf = fc.record({
  states: fc.tuple(aState, aState),
  hours: fc.constantFrom(1, 6, 25),
  /** The write at which its process ends, before or after it is done. */
  dies: fc.option(fc.record({ at: fc.integer({ min: 1, max: 45 }), isDone: fc.boolean() })),
});
type RunOf = typeof aRunOf extends fc.Arbitrary<infer T> ? T : never;

const snapshotOf = (accountId: string, state: string): AccountSnapshot | Error => {
  if (state === 'unread') return new Error('no role to assume');
  const arn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
  const open = aRole({ arn: arn('open'), name: 'open', trustPolicy: aTrustPolicy({ accountId, condition: {} }) });
  const malformed = aRole({
    ...{ arn: arn('web'), name: 'web' },
    trustPolicy: aTrustPolicy({ accountId, subject: 'serviceaccount:checkout:web' }),
  });
  const roles = { good: [], open: [open], malformed: [malformed], both: [open, malformed] }[state] ?? [open];
  return aSnapshot({
    accountId,
    providers: complete([aProvider({ accountId })]),
    roles: state === 'roles unread' ? unavailable(reason) : complete(roles),
    clusters: complete([]),
  });
};

/** Ports of a process that ends at a write: nothing is done from then on. */
const mortal = (ports: AuditPorts, dies: RunOf['dies']): AuditPorts => {
  let writes = 0;
  const killed = (): Promise<never> => Promise.reject(new Error('killed'));
  const writing =
    <A extends readonly unknown[], T>(work: (...input: A) => Promise<T>) =>
    async (...input: A): Promise<T> => {
      writes += 1;
      if (dies === null || writes < dies.at) return work(...input);
      if (writes === dies.at && dies.isDone) await work(...input);
      return killed();
    };
  const { documents, findings } = ports;
  return {
    ...ports,
    documents: { ...documents, put: writing(documents.put) },
    findings: {
      ...findings,
      apply: writing(findings.apply),
      markSent: writing(findings.markSent),
      noteAbsence: writing(findings.noteAbsence),
      recordRun: writing(findings.recordRun),
      releaseRun: writing(findings.releaseRun),
    },
    notifiers: ports.notifiers.map(notifier => ({ ...notifier, send: writing(notifier.send) })),
  };
};

/** What became of some runs, the last of which are whole. */
const after = async (runs: readonly RunOf[]) => {
  const documents = memoryDocumentStore();
  const findings = memoryFindingStore();
  const took: Digest[] = [];
  const records: { readonly said: readonly unknown[]; readonly wrote: readonly unknown[] }[] = [];
  const states = runs.at(-1)?.states ?? [];
  // A run without any target fails.
  const last = states.every(state => state === 'absent') ? ['good', 'good'] : states;
  const quiet = [7, 1, 30, 1].map(hours => ({ states: last, hours, dies: null }));
  let time = Date.parse('2026-11-02T06:00:00.000Z');
  for (const [index, { states: now, hours, dies }] of [...runs, ...quiet].entries()) {
    time += hours * 3_600_000;
    const startedAt = new Date(time).toISOString();
    const start = { runId: `run-${index + 1}`, startedAt };
    const targets = accounts.flatMap((accountId, at) => {
      const state = now[at] ?? 'absent';
      return state === 'absent' ? [] : [[accountId, snapshotOf(accountId, state)] as const];
    });
    const ports = {
      ...portsOver(Object.fromEntries(targets), { documents, findings, notifiers: [takingNotifier('hook', took)] }),
      now: () => startedAt,
    };
    try {
      await runAudit(mortal(ports, dies), choices, start);
    } catch {
      await recordFailure(ports, { ...start, failure: { status: 'FAILED', error: 'Error', message: 'it died' } });
    }
    const { items } = await findings.runs({ limit: 1 });
    const loaded = await Promise.all(accounts.map(accountId => findings.load(accountId)));
    const wrote = loaded.flatMap(each => each.findings.filter(({ runId }) => runId === start.runId)).length;
    records.push({
      said: [items[0]?.runId, items[0]?.transitions, items[0]?.openBySeverity],
      wrote: [start.runId, wrote, await findings.openBySeverity()],
    });
  }
  const known = (await Promise.all(accounts.map(accountId => findings.load(accountId)))).flatMap(each => each.findings);
  return { records, took, known, pending: await findings.pending() };
};

test('the record of each run counts the steps that it made and what is open after it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRunOf, { minLength: 1, maxLength: 5 }), async runs => {
      const { records } = await after(runs);
      for (const { said, wrote } of records) expect(said).toEqual(wrote);
    }),
    { numRuns: casesOf(40) },
  );
});

test('the last word of a destination that takes everything is the table', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRunOf, { minLength: 1, maxLength: 5 }), async runs => {
      const { took, known, pending } = await after(runs);
      const words = new Map<string, KnownFinding>();
      for (const { after: word } of took.flatMap(({ transitions }) => transitions)) words.set(word.finding.id, word);
      for (const { finding, status } of known) {
        const word = words.get(finding.id);
        expect([finding.id, word?.status, word?.finding.severity]).toEqual([finding.id, status, finding.severity]);
      }
      expect(pending).toEqual([]);
    }),
    { numRuns: casesOf(40) },
  );
});
