/** Ports over worlds that are values: what a run would read, without AWS. */
import type { AuditChoices, AuditPorts } from '../../lib/audit/ports.ts';
import type { Target } from '../../lib/audit/target.ts';
import { defaultSettings } from '../../lib/facts/facts.ts';
import type { Digest } from '../../lib/history/transition.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { anIssuer } from './example-world.ts';
import { takingNotifier } from './taking-notifier.ts';

/** Ports whose accounts are these snapshots; a value that is an error is thrown by its reader. */
export const portsOver = (
  accounts: Readonly<Record<string, AccountSnapshot | Error>>,
  over: Partial<AuditPorts> = {},
): AuditPorts & { readonly sent: Digest[]; readonly probed: (readonly string[])[] } => {
  const sent: Digest[] = [];
  const probed: (readonly string[])[] = [];
  const targets = Object.keys(accounts).map((accountId): Target => ({ accountId, regions: ['eu-west-1'] }));
  return {
    targets: { list: async () => targets },
    accounts: {
      read: async ({ accountId }) => {
        const snapshot = accounts[accountId];
        if (snapshot === undefined || snapshot instanceof Error) throw snapshot ?? new Error('no such account');
        return snapshot;
      },
    },
    issuers: {
      read: async urls => {
        probed.push(urls);
        return Object.fromEntries(urls.map(url => [url, anIssuer({ url })]));
      },
    },
    documents: memoryDocumentStore(),
    findings: memoryFindingStore(),
    notifiers: [takingNotifier('list', sent)],
    now: () => '2026-11-25T06:00:30.000Z',
    sleep: async () => undefined,
    sent,
    probed,
    ...over,
  };
};

export const someChoices = (over: Partial<AuditChoices> = {}): AuditChoices => ({
  settings: defaultSettings,
  rules: catalog,
  overrides: {},
  waivers: [],
  minSeverity: 'low',
  links: {},
  concurrency: 4,
  ...over,
});

export const aStart = (number = 1) => ({ runId: `run-${number}`, startedAt: `2026-11-25T0${number}:00:00.000Z` });
