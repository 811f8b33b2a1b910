import { PassThrough, Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { leftOut, tellAnswer } from '../../../lib/cli/reach/tell-paths.ts';
import { graphOfTable, reachTableOf } from '../../../lib/report/graph/reach-table.ts';
import { someFacts } from '../../support/example-world.ts';

const arnOf = (name: string) => `arn:aws:eks:eu-south-2:444455556666:cluster/${name}`;
const missing = [
  {
    clusterArn: arnOf('mill'),
    why: 'read the cluster: the contexts given (dam) lead to other clusters',
    isAsked: false,
  },
  { clusterArn: arnOf('dam'), why: 'list roles: refused', isAsked: true },
];

const asked = (contexts: readonly string[] | undefined, which: readonly (typeof missing)[number][]) => {
  const clusters = { [arnOf('mill')]: 'mill', [arnOf('dam')]: 'dam' };
  const table = { ...reachTableOf([someFacts()]), missing: which, clusters };
  const written: string[] = [];
  const codes: number[] = [];
  const stdout = new Writable({
    write: (chunk, _, done) => {
      written.push(String(chunk));
      done();
    },
  });
  const io = {
    stdout,
    stderr: stdout,
    stdin: new PassThrough(),
    env: {},
    cwd: '/',
    now: () => '2027-05-01T00:00:00Z',
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    exit: (code: number) => void codes.push(code),
  };
  const words = { heading: 'Who', namedBy: 'from', nothing: 'Nobody.', told: [] } as const;
  tellAnswer({ table, graph: graphOfTable(table), notAsked: leftOut(table, contexts), ...words }, false, io);
  return [codes[0], written.join('')];
};

test.each([
  [
    'a context leaves a cluster out',
    ['dam'],
    missing.slice(0, 1),
    0,
    /Nobody\.\nNot asked, by --context: ways through cluster mill\n$/,
  ],
  [
    'a refused read of its own cluster',
    ['dam'],
    missing,
    3,
    /Unknown: no way[\s\S]*dam: list roles: refused\nNot asked/,
  ],
  [
    'a cluster that is left out, of which something was refused besides',
    ['dam'],
    [...missing.slice(0, 1), { clusterArn: arnOf('mill'), why: 'list nodes: refused', isAsked: true }],
    3,
    /Unknown: no way.*\nNot read[^\n]*\n {2}\S*mill: list nodes: refused\nNot asked/,
  ],
  ['no context is named', undefined, missing.slice(0, 1), 3, /Unknown: no way[\s\S]*mill: read the cluster/],
  ['an empty list of contexts', [], missing.slice(0, 1), 3, /Unknown: no way/],
] as const)('%s', (_title, contexts, which, code, words) => {
  expect(asked(contexts, which)).toEqual([code, expect.stringMatching(words)]);
});
