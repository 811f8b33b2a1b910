/** Everything that carrying out a plan does, in its order: programs that run, questions, words, lines of the journal. */
import { describe, expect, test } from '@jest/globals';
import { carryOut, checkTargets, readStates, type Workbench } from '../../../lib/cli/fix/carry-out.ts';
import type { Journal, JournalEntry } from '../../../lib/cli/fix/journal.ts';
import type { ToolRun } from '../../../lib/cli/fix/run-tool.ts';
import { undoJournal } from '../../../lib/cli/fix/undo-journal.ts';
import { waitForPods } from '../../../lib/cli/fix/wait-for-pods.ts';
import type { State } from '../../../lib/fixes/change-table.ts';
import { act } from '../../../lib/fixes/step.ts';
import type { Change, ChangeOf } from '../../../lib/model/step.ts';
import type { PlannedStep } from '../../../lib/plan/plan.ts';
import { soundChanges } from '../../fixes/changes.ts';
import { golden } from '../../support/golden.ts';

const at = '2026-11-01T06:00:00Z';
const server = 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com';
const cluster = { name: 'shop', arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop', server };
const iam = (rest: string, account = '111122223333') => `arn:aws:iam::${account}:${rest}`;
const provider = iam('oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A');

const audience: ChangeOf<'audience-added'> = {
  kind: 'audience-added',
  providerArn: provider,
  audience: 'sts.amazonaws.com',
};
const thumbprints: ChangeOf<'thumbprints'> = {
  ...{ kind: 'thumbprints', providerArn: provider },
  ...{ before: ['a'.repeat(40)], after: ['b'.repeat(40)] },
};
const annotation: ChangeOf<'annotation'> = {
  ...{ kind: 'annotation', cluster, namespace: 'checkout', serviceAccount: 'cart' },
  ...{ key: 'k', before: 'old', after: 'new' },
};
const association: Change = soundChanges['association-deleted'][1];
const restart: ChangeOf<'pods-restarted'> = {
  ...{ kind: 'pods-restarted', cluster, namespace: 'checkout', workload: 'deployment/cart' },
  ...{ pods: [{ name: 'cart-1', createdAt: '2026-10-01T00:00:00Z' }], restartAt: '2026-10-01T00:00:01Z' },
};

const planned = (...changes: readonly Change[]): readonly PlannedStep[] =>
  changes.map(change => ({ ...act(change), findingIds: [] }));

type Answer = string | Partial<ToolRun> | undefined;

/** A bench that keeps all that is done; `answer` says what a program prints, by its words. */
const traced = (answer: (words: string) => Answer, over: Partial<Workbench> = {}) => {
  const trace: string[] = [];
  const bench: Workbench = {
    run: async (tool, args, input) => {
      const words = [tool, ...args].join(' ').replaceAll(/ --output json(?!path)| --no-cli-pager/g, '');
      trace.push(`run ${words}${input === undefined ? '' : ` < ${input}`}`);
      const given = answer(words) ?? '';
      return { code: 0, stdout: '', stderr: '', ...(typeof given === 'string' ? { stdout: given } : given) };
    },
    ...{ options: { contextOf: () => 'prod' }, contexts: [{ name: 'prod', server }], now: () => at },
    confirm: async (number, step) => {
      trace.push(`confirm ${number} ${step.change.kind}`);
      return true;
    },
    say: line => trace.push(`say ${line}`),
    pause: async ms => {
      trace.push(`pause ${ms}`);
    },
    ...over,
  };
  const journal: Journal = {
    path: 'j',
    write: ({ at: _at, ...line }) => {
      const { change: _change, ...shown } = line as Record<string, unknown>;
      trace.push(`journal ${JSON.stringify(shown)}`);
    },
    close: () => undefined,
  };
  return { trace, bench, journal };
};
const carried = async (steps: readonly PlannedStep[], answer: (words: string) => Answer, over?: Partial<Workbench>) => {
  const { trace, bench, journal } = traced(answer, over);
  const outcome = await readStates(steps, bench)
    .then(states => carryOut(steps, states, journal, bench))
    .catch((error: unknown) => `${(error as Error).name}: ${(error as Error).message}`);
  return { trace, outcome };
};

/** A provider and a service account that answer as they are, and change as they are told. */
const aWorld = () => {
  const lists = { ClientIDList: ['vault'], ThumbprintList: ['a'.repeat(40)] };
  const annotations: Record<string, string> = { k: 'old' };
  return (words: string): Answer => {
    if (words.includes('get-caller-identity')) return '111122223333\n';
    if (words.includes('get-open-id-connect-provider')) return JSON.stringify(lists);
    if (words.includes('add-client-id')) lists.ClientIDList.push('sts.amazonaws.com');
    if (words.includes('update-open-id-connect-provider-thumbprint')) lists.ThumbprintList = ['b'.repeat(40)];
    if (/kubectl .* get/.test(words)) return JSON.stringify({ metadata: { annotations } });
    if (words.includes('annotate')) annotations.k = 'new';
    return '';
  };
};

/** Kept traces leave out what every program is told. */
const kept: string[] = [];
const keep = (title: string, outcome: unknown, trace: readonly string[]): void => {
  const lines = trace.map(line => line.replaceAll(provider, 'PROVIDER').replaceAll(server, 'SERVER'));
  kept.push(`# ${title}`, ...lines, `=> ${JSON.stringify(outcome)}`, '');
};

/** Runs a plan over the world, with some answers in place of those of the world. */
const carriedOver = async (
  title: string,
  steps: readonly PlannedStep[],
  instead: (words: string, world: (words: string) => Answer) => Answer = () => undefined,
  over: Partial<Workbench> = {},
) => {
  const world = aWorld();
  const { trace, outcome } = await carried(steps, words => instead(words, world) ?? world(words), over);
  keep(title, outcome, trace);
  return { trace, outcome };
};
const all = planned(audience, thumbprints, annotation);
const denied = { code: 254, stderr: ' An error occurred (AccessDenied) when calling: no\u202e right\n' };
const role: ChangeOf<'trust-policy'> = {
  ...{ kind: 'trust-policy', roleArn: iam('role/app') },
  ...{ before: '{"Statement":[]}', after: '{"Statement":[{"Sid":"new"}]}' },
};

describe('a plan that is carried out', () => {
  test('asks who it is, reads each state, and before each step asks both again', async () => {
    const { outcome } = await carriedOver('a plan of three steps', all);
    expect(outcome).toBe(3);
  });

  test('of steps that were done before runs none of them, and asks nobody', async () => {
    const world = aWorld();
    await carried(all, world);
    const { trace, outcome } = await carried(all, world);
    keep('the same plan again', outcome, trace);
    expect([outcome, trace.filter(line => line.startsWith('confirm'))]).toEqual([0, []]);
  });

  test('takes an association that EKS does not know any more for deleted', async () => {
    const gone = { code: 254, stderr: 'An error occurred (ResourceNotFoundException) when calling: no association\n' };
    const { outcome } = await carriedOver('an association that is gone', planned(association), words =>
      words.includes(' eks ') ? gone : undefined,
    );
    expect(outcome).toBe(0);
  });

  test('says who manages a workload before its step', async () => {
    const moved: ChangeOf<'workload-service-account'> = {
      ...{ kind: 'workload-service-account', cluster, namespace: 'checkout', workload: 'deployment/cart' },
      ...{ before: 'default', after: 'cart' },
    };
    let name = 'default';
    const first = await carriedOver('a workload of Helm', planned(moved), words => {
      if (words.includes('set serviceaccount')) name = 'cart';
      return JSON.stringify({
        metadata: { annotations: { 'meta.helm.sh/release-name': 'shop\u202e' } },
        spec: { template: { spec: { serviceAccountName: name } } },
      });
    });
    const again = await carriedOver('a workload of Helm that was moved before', planned(moved), () =>
      JSON.stringify({
        metadata: { annotations: { 'meta.helm.sh/release-name': 'shop' } },
        spec: { template: { spec: { serviceAccountName: 'cart' } } },
      }),
    );
    expect([first.outcome, again.outcome]).toEqual([1, 0]);
    expect([first.trace.join(), again.trace.join()]).toEqual([
      expect.stringContaining('is managed by Helm (shop\\u{202e})'),
      expect.not.stringContaining('managed by'),
    ]);
  });

  test('asks for what must hold, and waits for a budget of disruptions', async () => {
    let refusals = 2;
    const evicted = { ...restart, workload: 'replicaset/cart' };
    await carriedOver('pods that are evicted', planned(evicted), words => {
      if (words.includes('auth can-i')) return 'yes\n';
      if (words.includes('creationTimestamp')) return '2026-10-01T00:00:00Z';
      if (!words.includes('eviction')) return '';
      refusals -= 1;
      return refusals < 0
        ? ''
        : { code: 1, stderr: "(TooManyRequests): Cannot evict pod as it would violate the pod's disruption budget." };
    });
    const warned = { code: 0, stderr: 'Warning: (TooManyRequests) of the disruption budget' };
    await carriedOver('an eviction that went through with a warning', planned(evicted), words => {
      if (words.includes('auth can-i')) return ' yes \n';
      if (words.includes('creationTimestamp')) return '2026-10-01T00:00:00Z';
      return words.includes('eviction') ? warned : '';
    });
    const deployed = (may: string) => (words: string) => {
      if (words.includes('auth can-i')) return may;
      if (words.includes('jsonpath')) return words.includes('paused') ? 'false.' : '1';
      return / get /.test(words) ? JSON.stringify({ spec: { template: { metadata: {} } } }) : '';
    };
    const refused = await carriedOver('a restart that is not allowed', planned(restart), deployed('no'));
    const allowed = await carriedOver('a restart', planned(restart), deployed('yes'));
    expect([refused.outcome, allowed.outcome]).toEqual([expect.stringMatching(/^Stopped: step 1 is not run: /), 1]);
  });
});

describe('a plan stops, with the reason, before anything is written', () => {
  test.each<readonly [string, readonly Change[], (words: string) => Answer]>([
    ['another account', [audience], words => (words.includes('get-caller') ? '999988887777' : undefined)],
    ['no account', [audience], words => (words.includes('get-caller') ? denied : undefined)],
    [
      'no program',
      [audience],
      words => (words.includes('get-caller') ? { code: undefined, stderr: 'no aws on the PATH' } : undefined),
    ],
    ['a step without an account', [{ ...role, roleArn: 'app' }], () => undefined],
    [
      'a later step of another account',
      [audience, { ...role, roleArn: iam('role/app', '444455556666') }],
      () => undefined,
    ],
    ['a cluster whose address is not known', [{ ...annotation, cluster: { name: 'shop\u202e' } }], () => undefined],
    [
      'a cluster that no context leads to',
      [{ ...annotation, cluster: { name: 'shop', server: 'https://other' } }],
      () => undefined,
    ],
    [
      'a cluster by its authority that no context has',
      [{ ...annotation, cluster: { name: 'shop', authority: 'a' } }],
      () => undefined,
    ],
    ['a state that may not be read', [audience], words => (words.includes('get-open-id') ? denied : undefined)],
    [
      'a state that cannot be read',
      [annotation],
      words => (words.includes(' get ') ? { code: undefined, stderr: 'no kubectl' } : undefined),
    ],
    ['a state that is no JSON', [audience], words => (words.includes('get-open-id') ? 'Error' : undefined)],
    [
      'what does not exist any more',
      [role],
      words => (words.includes('get-role') ? { code: 254, stderr: '(NoSuchEntity)' } : undefined),
    ],
    ['an account that begins so', [audience], words => (words.includes('get-caller') ? '1111222233334\n' : undefined)],
    [
      'what was changed, though a step before writes at the same place',
      [audience, { ...thumbprints, before: ['c'.repeat(40)] }],
      () => undefined,
    ],
    ['what was changed', [role], words => (words.includes('get-role') ? '{"Statement":["else"]}' : undefined)],
  ])('%s', async (title, changes, instead) => {
    const { trace, outcome } = await carriedOver(title, planned(...changes), instead);
    expect(outcome).toEqual(expect.stringMatching(/^Stopped: /));
    expect(trace.filter(line => /^(?:confirm|journal)/.test(line))).toEqual([]);
  });
});

describe('a plan stops in the middle', () => {
  const failing = { code: 255, stderr: 'connection\u202e reset\n' };
  const isWrite = (words: string): boolean => words.includes('update-open-id-connect-provider-thumbprint');
  const elsewhere = JSON.stringify({ ClientIDList: ['vault'], ThumbprintList: ['d'.repeat(40)] });
  let isElse = false;
  test.each<readonly [string, (words: string, world: (words: string) => Answer) => Answer]>([
    ['a write that failed', words => (isWrite(words) ? failing : undefined)],
    [
      'a write whose answer was lost',
      (words, world) => {
        if (!isWrite(words)) return undefined;
        world(words);
        return failing;
      },
    ],
    [
      'a write that failed while somebody else wrote',
      (words, world) => {
        if (!isWrite(words)) return isElse && words.includes('get-open-id') ? elsewhere : undefined;
        isElse = true;
        return world('nothing') || failing;
      },
    ],
    [
      'a program that is gone',
      words => (isWrite(words) ? { code: undefined, stderr: 'no aws on the PATH' } : undefined),
    ],
  ])('%s', async (title, instead) => {
    const { outcome } = await carriedOver(title, all, instead);
    expect(outcome).toEqual(expect.stringMatching(/^Stopped: aws failed/));
  });

  test('a write that failed, after which nothing can be read', async () => {
    let isGone = false;
    const { outcome } = await carriedOver('a write that failed, after which nothing can be read', all, words => {
      isGone ||= isWrite(words);
      return isGone ? failing : undefined;
    });
    expect(outcome).toEqual(expect.stringMatching(/^Stopped: /));
  });

  test('a step that was declined', async () => {
    const confirm = async (number: number): Promise<boolean> => number < 2;
    const { outcome } = await carriedOver('a step that was declined', all, undefined, { confirm });
    expect(outcome).toBe('Stopped: step 2 was declined');
  });

  test('an interrupt before a step, and at its question', async () => {
    let asked = 0;
    const second = await carriedOver('an interrupt before step 2', all, undefined, {
      isInterrupted: () => {
        asked += 1;
        return asked > 1;
      },
    });
    let isInterrupted = false;
    const first = await carriedOver('an interrupt at the question', all, undefined, {
      isInterrupted: () => isInterrupted,
      confirm: async () => {
        isInterrupted = true;
        return false;
      },
    });
    expect([second.outcome, first.outcome]).toEqual(
      [2, 1].map(step => `Stopped: it was interrupted before step ${step}`),
    );
  });

  test('somebody else who writes meanwhile', async () => {
    let reads = 0;
    const { outcome } = await carriedOver('somebody else who writes meanwhile', planned(role, thumbprints), words => {
      if (!words.includes('get-role')) return undefined;
      reads += 1;
      return reads > 1 ? '{"Statement":["else"]}' : '{"Statement":[]}';
    });
    expect(outcome).toBe('Stopped: step 1 is not run: what it writes was changed meanwhile');
  });
});

describe('targets', () => {
  test('each account is asked for once in each of its regions, and no cluster where a context leads to it', async () => {
    const { trace, bench } = traced(words => (words.includes('cn-') ? '444455556666' : '111122223333'));
    const china: ChangeOf<'trust-policy'> = { ...role, roleArn: 'arn:aws-cn:iam::444455556666:role/app' };
    await checkTargets(
      [role, audience, china, annotation, restart].map(change => act(change)),
      bench,
    );
    keep('targets', undefined, trace);
    expect(trace).toHaveLength(2);
  });
});

const entriesOf = (...changes: readonly Change[]): readonly JournalEntry[] => [
  { event: 'plan', at, version: 1, steps: changes.length, from: 'a scan', findings: [] },
  ...changes.map(
    (change, index): JournalEntry => ({ event: 'begin', at, number: index + 1, change, ...before(change) }),
  ),
];
const text = (value: unknown) => ({ kind: 'there' as const, text: JSON.stringify(value) });
const thumbA = 'a'.repeat(40);
const listsOf = (thumbprints: string, ...audiences: readonly string[]) =>
  text({ audiences: [...audiences].sort(), thumbprints: [thumbprints] });
const before = ({ kind }: Change) => {
  if (kind === 'annotation') return { before: text('old') };
  return kind === 'audience-added' ? { before: listsOf(thumbA, 'vault') } : {};
};
const done = (number: number, after: State): JournalEntry => ({ event: 'done', at, number, after });

describe('an undoing', () => {
  /** A provider with the audience that was added, and the annotation that was set. */
  const world = (over: Record<string, unknown> = {}) => {
    const lists = { ClientIDList: ['sts.amazonaws.com', 'vault'], ThumbprintList: [thumbA], ...over };
    const annotations: Record<string, unknown> = { k: over.k ?? 'new' };
    return (words: string): Answer => {
      if (words.includes('get-caller-identity')) return '111122223333';
      if (words.includes('get-open-id-connect-provider')) return JSON.stringify(lists);
      if (words.includes('remove-client-id')) lists.ClientIDList = ['vault'];
      if (words.includes('annotate')) annotations.k = 'old';
      return / get /.test(words) ? JSON.stringify({ metadata: { annotations } }) : '';
    };
  };
  const run = entriesOf(audience, annotation);
  const whole = [...run, done(1, listsOf(thumbA, 'sts.amazonaws.com', 'vault')), done(2, text('new'))];
  const undone = async (
    title: string,
    entries: readonly JournalEntry[],
    answer: (words: string) => Answer,
    { over = {}, isAsked }: { readonly over?: Partial<Workbench>; readonly isAsked?: boolean } = {},
  ) => {
    const { trace, bench, journal } = traced(answer, over);
    const outcome = await undoJournal(entries, journal, bench, isAsked).catch(
      (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
    );
    keep(`undo: ${title}`, outcome, trace);
    return { trace, outcome };
  };

  test('goes back the last step first, each after the account and the state were read', async () => {
    expect((await undone('two steps', whole, world())).outcome).toEqual({ undone: 2, kept: [] });
  });

  test.each<readonly [string, readonly JournalEntry[], (words: string) => Answer]>([
    ['two steps of which one was undone', [...whole, { event: 'undone', at, number: 2 }], world()],
    ['a step that was broken off after its write', run, world()],
    ['a step that was broken off before its write', run, world({ ClientIDList: ['vault'], k: 'old' })],
    ['a step that was undone and not written down', whole, world({ ClientIDList: ['vault'], k: 'old' })],
    ['a step that somebody else changed', whole, world({ k: 'else' })],
    ['a step of another account', whole.filter(one => !('number' in one) || one.number === 1), () => '999988887777'],
    [
      'a step whose state before is not known',
      [...entriesOf({ kind: 'provider-deleted', providerArn: provider }), done(1, { kind: 'absent' })],
      words => (words.includes('get-caller') ? '111122223333' : { code: 254, stderr: '(NoSuchEntity)' }),
    ],
    ['a restart', [...entriesOf(restart), { event: 'done', at, number: 1 }], () => ''],
  ])('of %s', async (title, entries, answer) => {
    const { trace, outcome } = await undone(title, entries, answer);
    expect([trace.length > 0, outcome]).toEqual([true, expect.anything()]);
  });

  test('that is declined stops', async () => {
    const { outcome } = await undone('declined', whole, world(), { over: { confirm: async number => number !== 1 } });
    expect(outcome).toBe('Stopped: undoing step 1 was declined');
  });

  test('without a question takes away, and gives nobody a role', async () => {
    const removed: ChangeOf<'audience-removed'> = {
      kind: 'audience-removed',
      providerArn: provider,
      audience: 'vault',
    };
    const entries = [
      ...entriesOf(annotation, removed),
      done(2, listsOf(thumbA, 'sts.amazonaws.com')),
      done(1, text('new')),
    ].map(one =>
      one.event === 'begin' && one.number === 2
        ? { ...one, before: listsOf(thumbA, 'sts.amazonaws.com', 'vault') }
        : one,
    );
    const { outcome } = await undone('without a question', entries, world({ ClientIDList: ['sts.amazonaws.com'] }), {
      isAsked: false,
    });
    expect(outcome).toEqual({
      undone: 0,
      kept: [
        expect.stringMatching(/^step 2: not undone with --yes: whoever has a token/),
        expect.stringMatching(/^step 1: not undone with --yes: service account checkout\/cart/),
      ],
    });
    expect(
      (await undone('the same with a question', entries, world({ ClientIDList: ['sts.amazonaws.com'] }))).outcome,
    ).toEqual({ undone: 2, kept: [] });
  });
});

describe('the wait for pods', () => {
  const old = 'cart-1 2026-10-01T00:00:00Z <none>';
  const waited = async (
    title: string,
    answers: readonly Answer[],
    over: Partial<Workbench> = {},
    steps = [restart],
  ) => {
    let asked = 0;
    const { trace, bench } = traced(() => answers[Math.min(asked++, answers.length - 1)], over);
    await waitForPods(
      steps.map(change => act(change)),
      bench,
    );
    keep(
      `wait: ${title}`,
      undefined,
      trace.length > 20 ? [...trace.slice(0, 4), `… ${trace.length} …`, ...trace.slice(-4)] : trace,
    );
    return trace;
  };

  test('ends where the pods are gone, cannot be read, or a person does not wait', async () => {
    await waited('until they are gone', [old, old, '']);
    await waited('a list that may not be read', [old, { code: 1, stderr: 'forbidden' }]);
    expect((await waited('a list that broke off', [old, { code: 1, stdout: old }])).at(-1)).toMatch(/^run kubectl /);
    expect((await waited('an interrupt', [old], { isInterrupted: () => true })).at(-1)).toBe(
      'say not replaced yet: deployment/cart',
    );
    await waited('for ever', [old]);
    expect(await waited('no pods', [old], {}, [{ ...restart, pods: [] }])).toEqual([]);
  });

  test('of several workloads is five minutes for all of them', async () => {
    const trace = await waited('of two workloads', [old], {}, [restart, { ...restart, workload: 'deployment/pay' }]);
    expect(trace.filter(line => line === 'pause 3000')).toHaveLength(100);
  });
});

test('every trace is the one that is kept', () => {
  expect(kept.filter(line => line.startsWith('# ')).length).toBeGreaterThan(40);
  golden('fix-traces.txt', kept.join('\n'));
});
