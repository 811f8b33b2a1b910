/** Runs after runs of a fleet that changes in between: all that each one answers, writes and sends, as text. */
import type {
  AuditChoices,
  AuditPorts,
  FindingFilter,
  FindingQueries,
  FindingStore,
  Paged,
} from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { findingStatuses, type KnownFinding } from '../../lib/history/transition.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aCall } from './api-events.ts';
import { portsOver, someChoices } from './audit-ports.ts';
import { anIssuer } from './example-world.ts';
import { note, runFast } from './fast-runs.ts';
import { heldWorld } from './held-world.ts';
import { countsOf, wordsIn } from './whole/words-in.ts';

/** Rules whose answers need little; their own texts are compared elsewhere. */
const rules = ['trust-any-subject', 'trust-audience-unchecked', 'provider-orphaned', 'cluster-provider-missing'];

/** Texts of rules, which stand beside the id of the rule. */
const texts = new Set(['message', 'brief', 'evidence', 'fix', 'data', 'summary', 'podError', 'impact', 'messageId']);
const reduced = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reduced);
  if (typeof value !== 'object' || value === null) return value;
  const isOfRule = 'ruleId' in value || 'finding' in value || 'after' in value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (isOfRule && texts.has(key) ? [] : [[key, reduced(each)]])),
  );
};

/** Of a long text the beginning, and the words in it that programs go by. */
const shortened = (text: string): string =>
  text.length <= 320 ? text : `${text.slice(0, 120)}… ${countsOf(wordsIn(JSON.parse(text)))}`;
const lineOf = (name: string, text: string): string => {
  return `  ${name} ${shortened(JSON.stringify(reduced(JSON.parse(text))))}`;
};

/** Questions of people about findings of any status. */
const filters: readonly FindingFilter[] = [
  ...([{}, { minSeverity: 'high' }, { minSeverity: 'low' }, { accountId: '111122223333' }, { role: 'cart' }] as const),
  ...([{ clusterName: 'shop' }, { subject: 'arn:aws:iam::111122223333:role/cart' }, { role: 'other' }] as const),
];
const idsOf = ({ items, ...rest }: Paged<KnownFinding>) => [
  items.map(({ finding: { id }, status }) => `${status} ${id.slice(0, 8)}`),
  rest,
];
type Ports = AuditPorts & { readonly findings: FindingStore & FindingQueries };
type Answer = 'sent' | 'held' | Error;

/** A fleet by its accounts, which a story changes as it likes. */
export const fleetStory = (
  accounts: Record<string, AccountSnapshot | Error>,
  choice: Partial<AuditChoices> = {},
  more: Partial<AuditPorts> = {},
) => {
  const { ports: kept, holder, told: others, writeNewer } = heldWorld();
  const clock = { at: '2026-11-01T06:00:00.000Z' };
  const listed = new Set(Object.keys(accounts));
  const answers: Record<string, Answer> = { chat: 'sent' };
  const lines: string[] = [];
  let [sends, seconds] = [0, 0];
  const choices = someChoices({ rules: catalog.filter(({ id }) => rules.includes(id)), concurrency: 1, ...choice });
  const notifiers = () =>
    Object.keys(answers).map(name => ({
      name,
      send: async (digest: object) => {
        sends += 1;
        const answer = answers[name] ?? 'sent';
        others.set(`sent to ${name}, ${sends}`, JSON.stringify({ answer: String(answer), digest }));
        if (answer instanceof Error) throw answer;
        return answer;
      },
    }));
  const { accounts: reader, ...over } = portsOver(accounts);
  const ports: Ports = {
    ...over,
    ...kept,
    accounts: {
      read: async (...asked) => {
        others.set(`asked of ${asked[0].accountId}`, JSON.stringify(asked));
        return reader.read(...asked);
      },
    },
    targets: { list: async () => [...listed].map(accountId => ({ accountId, regions: ['eu-west-1'] })) },
    issuers: { read: async urls => Object.fromEntries(urls.map(url => [url, anIssuer({ url })])) },
    calls: { take: () => ({ 'sts:AssumeRole': 1 }) },
    notifiers: [],
    // Each question takes a second.
    now: () => {
      seconds += 1;
      return new Date(Date.parse(clock.at) + seconds * 1000).toISOString();
    },
    ...more,
    findings: kept.findings,
  };
  /** Tells what an act answers and all that it leaves. */
  const act = async (title: string, work: (ports: Ports) => Promise<unknown>): Promise<void> => {
    const before = holder.look();
    seconds = 0;
    let end: string;
    try {
      const answer = reduced((await work({ ...ports, notifiers: notifiers() })) ?? null);
      const parts = Array.isArray(answer) ? answer : [answer];
      end = ['answers', ...parts.map(part => `  ${shortened(JSON.stringify(part))}`)].join('\n');
    } catch (error) {
      end = `throws ${String(error)}`;
    }
    const after = holder.look();
    const written = [...after].flatMap(([name, text]) => (before.get(name) === text ? [] : [lineOf(name, text)]));
    const gone = [...before.keys()].filter(name => !after.has(name)).map(name => `  without ${name}`);
    lines.push([`# ${clock.at} ${title}`, end, ...[...written, ...gone].sort()].join('\n'));
    others.clear();
  };
  const full = (title: string, runId: string, more: Partial<AuditPorts> = {}) =>
    act(title, async given => {
      const events: string[] = [];
      const { evaluations, ...result } = await runAudit(
        { ...given, ...more },
        choices,
        { runId, startedAt: clock.at },
        event => events.push(Object.values(event).join(' ')),
      );
      const found = evaluations.flatMap(({ findings }) => findings.map(({ id }) => id));
      return Object.entries({ ...result, found, events });
    });
  const fast = (title: string, changed: readonly string[]) =>
    act(title, async given => {
      const events = changed.map((accountId, index) =>
        aCall('aws.iam', 'UpdateAssumeRolePolicy', { roleName: 'cart' }, { accountId, eventID: `e-${index}` }),
      );
      const runId = (await note(given, events)) ?? 'none';
      clock.at = new Date(Date.parse(clock.at) + 120_000).toISOString();
      return runFast(given, choices, runId);
    });
  /** Tells all that the table answers to questions of people. */
  const asked = async (): Promise<void> => {
    const { names, list, show, history, runs, skippedRuns, accounts: audited, openBySeverity } = kept.findings;
    const pagesOf = async <T>(
      of: (page: { limit: number; cursor?: string }) => Promise<Paged<T>>,
    ): Promise<unknown> => {
      const first = await of({ limit: 2 });
      return [first, first.cursor === undefined ? [] : await of({ limit: 2, cursor: first.cursor })];
    };
    const found = await Promise.all(findingStatuses.map(status => list({ status }, { limit: 50 })));
    const ids = found.flatMap(({ items }) => items.map(({ finding: { id } }) => id));
    const answers: readonly (readonly [string, unknown])[] = [
      ['names', await names()],
      ['accounts', await audited()],
      ['open', await openBySeverity()],
      ['runs', await pagesOf(runs)],
      ['skipped', [await skippedRuns(''), await skippedRuns('2026-11-03T00:00:00.000Z')]],
      ['pages', await pagesOf(page => list({ status: 'open' }, page))],
      ...(await Promise.all(
        filters.map(
          async filter => [`with ${JSON.stringify(filter)}`, idsOf(await list(filter, { limit: 50 }))] as const,
        ),
      )),
      ...found.map((answer, at) => [`${findingStatuses[at]}`, answer] as const),
      ...(await Promise.all(
        ids.map(async id => [`history of ${id}`, [await show(id), await pagesOf(page => history(id, page))]] as const),
      )),
    ];
    const told = answers.map(([name, answer]) => lineOf(name, JSON.stringify(answer ?? null)));
    lines.push(['# answers of the table', ...told].join('\n'));
  };
  return {
    ...{ clock, listed, answers, accounts, choices, act, full, fast, asked, writeNewer },
    text: () => `${lines.join('\n\n')}\n`,
  };
};
