/** Every call of a step to its ports made to fail, one after the other: what becomes of the step, and what it leaves behind. */
import { DocumentInvalid, DocumentMissing, StateConflict, TransientError } from '../../lib/kit/errors.ts';
import { countsOf, wordsIn } from './whole/words-in.ts';

/** What becomes of one call. */
export interface Fault {
  readonly name: string;
  /** The calls that it can befall. */
  readonly of: RegExp;
  /** Stands in for the call; `perform` makes it. */
  readonly befall: (perform: () => unknown) => Promise<unknown>;
}

const refusing = (error: Error) => async () => {
  throw error;
};
const refused = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
const unanswered = new TransientError('no answer');

/** The faults of a bucket, a table and of what is read. */
const faults: readonly Fault[] = [
  { name: 'gets no answer', of: /./, befall: refusing(unanswered) },
  { name: 'is refused', of: /./, befall: refusing(refused) },
  { name: 'finds nothing', of: /^get /, befall: refusing(new DocumentMissing('there is no document')) },
  { name: 'finds no JSON', of: /^get /, befall: refusing(new DocumentInvalid('no JSON')) },
  { name: 'finds another shape', of: /^get /, befall: async () => ({ no: 'such shape' }) },
  {
    name: 'is done, without an answer',
    of: /^(?:put|page|letter|start|findings\.(?:apply|claim|release|mark|note|record))/,
    befall: async perform => {
      await perform();
      throw unanswered;
    },
  },
  {
    name: 'meets another run',
    of: /^findings\.(?:apply|claimSending|mark)/,
    befall: refusing(new StateConflict('busy')),
  },
];

type Ports = Readonly<Record<string, unknown>>;
type Method = (...args: readonly never[]) => unknown;

/** Names a call by what it is about. */
const nameOf = (port: string, method: string, args: readonly unknown[]): string => {
  const [first, second] = args;
  const about = [second, first].flatMap(each => {
    if (typeof each === 'string') return /^\d{4}-\d\d-\d\dT/.test(each) ? [] : [each];
    if (typeof each !== 'object' || each === null) return [];
    return [
      'name' in each ? each.name : 'accountId' in each ? each.accountId : 'destination' in each ? each.destination : [],
    ].flat();
  });
  const verb =
    { documents: method, pages: 'page', deadLetters: 'letter', executions: method }[port] ?? `${port}.${method}`;
  return [verb, ...about.slice(-1)].join(' ').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'TOKEN');
};

/** Counts of calls are in memory: nothing befalls them. */
const safe = ['calls'];

/** The ports with each call handed over by its name. */
const watched = (ports: Ports, call: (name: string, perform: () => unknown) => unknown): Ports => {
  const ofOne = (name: string, port: object): object =>
    Object.fromEntries(
      Object.entries(port).map(([method, value]) => [
        method,
        typeof value === 'function' && method !== 'wanted'
          ? (...args: readonly never[]) => call(nameOf(name, method, args), () => (value as Method)(...args))
          : value,
      ]),
    );
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => {
      if (name === 'notifiers' && Array.isArray(port))
        return [name, port.map(each => ofOne(`notifier ${each.name}`, each))];
      return [name, typeof port === 'object' && port !== null && !safe.includes(name) ? ofOne(name, port) : port];
    }),
  );
};

/** All that a world holds, by name, as JSON. */
export type World = ReadonlyMap<string, string>;

/** A world that can be looked at, and put back. */
export interface Holder {
  readonly look: () => World;
  readonly putBack: (world: World) => void;
}

/** One step, over the ports that it is given. */
export type Step<P> = (ports: P) => Promise<unknown>;

const longest = 120;
const shortened = (text = 'nothing'): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
const textOf = (value: unknown): string => shortened(JSON.stringify(value));

/** What a step without a fault writes: small documents whole, of the others the beginning and the words that programs go by. */
const writtenIn = (begin: World, whole: World): readonly string[] =>
  [...whole]
    .filter(([name, text]) => begin.get(name) !== text)
    .map(
      ([name, text]) =>
        `  ${name} ${text.length <= 1500 ? text : `${text.slice(0, 200)}… ${countsOf(wordsIn(JSON.parse(text)))}`}`,
    )
    .sort();

/** The leaves of a value by their paths. */
const leavesOf = (value: unknown, path = ''): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, each]) => leavesOf(each, `${path}.${key}`))
    : [[path, value]];

const isName = (part: string): boolean => /^[a-z]/i.test(part);
const mostShown = 4;
/** How a value of a world differs from another one, on one line. */
const difference = (wanted: string | undefined, got: string | undefined): string => {
  if (wanted === undefined || got === undefined) return `${shortened(wanted)} → ${shortened(got)}`;
  const [before, after] = [new Map(leavesOf(JSON.parse(wanted))), new Map(leavesOf(JSON.parse(got)))];
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
    path => JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)),
  );
  const shown = paths
    .slice(0, mostShown)
    .map(path => `${path}: ${textOf(before.get(path))} → ${textOf(after.get(path))}`);
  const left = paths.slice(mostShown);
  return [
    ...shown,
    ...(left.length > 0
      ? [`${left.length} more: ${countsOf(left.map(path => path.split('.').findLast(isName) ?? ''))}`]
      : []),
  ].join('; ');
};

/** How an end differs from the one without a fault: what is not written, and what is written in another way. */
const comparison = (begin: World, whole: World, end: World): readonly string[] => {
  const same = (a: World, b: World, name: string) => a.get(name) === b.get(name);
  const names = [...new Set([...whole.keys(), ...end.keys(), ...begin.keys()])].sort();
  const other = names.filter(name => !same(whole, end, name));
  const unwritten = other.filter(name => same(begin, end, name));
  const written = names.filter(name => !same(begin, whole, name));
  const without =
    unwritten.length === 0
      ? []
      : [unwritten.length === written.length ? '  nothing is written' : `  without ${unwritten.join(', ')}`];
  return [
    ...without,
    ...other
      .filter(name => !unwritten.includes(name))
      .map(name => `  ${name} ${difference(whole.get(name), end.get(name))}`),
  ];
};

/** The end of a step; `error` is the one that a fault makes. */
const endOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    return `answers ${JSON.stringify(await work()) ?? 'nothing'}`;
  } catch (error) {
    if (error === unanswered || error === refused) return 'throws it';
    const { name, message } = error instanceof Error ? error : { name: 'no error', message: String(error) };
    return `throws ${name}: ${message}`;
  }
};

/** One line for each line that stood before, by its number. */
const numbered = () => {
  const numbers = new Map<string, number>();
  return (line: string): string => {
    const known = numbers.get(line);
    if (line.length < 60 || known === undefined) {
      numbers.set(line, numbers.size + 1);
      return line.length < 60 ? line : `${line} [${numbers.size}]`;
    }
    return `  [${known}]`;
  };
};

/** The outcomes of one step from the world that there is: without a fault, and with each fault of each call. Leaves the world
 *  as the step without a fault does. */
export const outcomesOf = async <P extends object>(
  title: string,
  holder: Holder,
  ports: P,
  step: Step<P>,
): Promise<string> => {
  const begin = holder.look();
  const calls = new Set<string>();
  const through = (call: (name: string, perform: () => unknown) => unknown): P => watched(ports as Ports, call) as P;
  const answer = await endOf(() =>
    step(
      through((name, perform) => {
        calls.add(name);
        return perform();
      }),
    ),
  );
  const whole = holder.look();
  const outcomeOf = async (fault: Fault, befallen: string): Promise<string> => {
    holder.putBack(begin);
    const failing = through((name, perform) => (name === befallen ? fault.befall(perform) : perform()));
    const end = await endOf(() => step(failing));
    const compared = comparison(begin, whole, holder.look());
    const document = befallen.split(' ').slice(1).join(' ');
    const told = end === answer ? 'answers the same' : document === '' ? end : end.replace(document, 'it');
    if (!end.startsWith('throws')) return [told, ...compared].join('\n');
    const again = await endOf(() => step(ports));
    const repeated = comparison(begin, whole, holder.look());
    return [
      ...[told, ...compared],
      ...(again === answer ? [] : [`  its repeat ${again}`]),
      ...(repeated.length === 0 ? [] : ['  after its repeat', ...repeated]),
    ].join('\n');
  };
  const places = new Map<string, Map<string, string[]>>();
  for (const befallen of calls)
    for (const fault of faults.filter(({ of }) => of.test(befallen))) {
      const outcome = await outcomeOf(fault, befallen);
      const at = places.get(outcome) ?? new Map<string, string[]>();
      places.set(outcome, at.set(befallen, [...(at.get(befallen) ?? []), fault.name]));
    }
  holder.putBack(whole);
  const line = numbered();
  const told = [...places].map(([outcome, at]) =>
    [...[...at].map(([call, names]) => `${call} ${names.join(', ')}`), ...outcome.split('\n').map(line)].join('\n'),
  );
  return [`# ${title}`, [answer, ...writtenIn(begin, whole)].join('\n'), ...told].join('\n\n');
};
