import { expect, test } from '@jest/globals';
import { runCommand } from '../../support/captured-io.ts';

/** Arguments that the command line does not have: one line with the value got, the nearest one and the help. */
test.each<[string, string]>([
  ['scn', 'unknown command "scn"; did you mean scan? See irsa-auditor --help'],
  ['help scn', 'unknown command "scn"; did you mean scan? See irsa-auditor --help'],
  ['help zzzzzz', 'unknown command "zzzzzz"; see irsa-auditor --help'],
  ['scn --help', 'unknown command "scn"; did you mean scan? See irsa-auditor --help'],
  ['zzzzzz -h', 'unknown command "zzzzzz"; see irsa-auditor --help'],
  ['--debug -h zzzzzz', 'unknown command "zzzzzz"; see irsa-auditor --help'],
  ['findings shw --help', 'unknown command "shw"; did you mean findings show? See irsa-auditor findings --help'],
  ['help init foo', 'unknown command "foo"; known: organization, cluster; see irsa-auditor init --help'],
  ['init help foo', 'unknown command "foo"; known: organization, cluster; see irsa-auditor init --help'],
  ['help prove', 'prove is now part of another command: irsa-auditor why serviceaccount/NAME -n NAMESPACE --prove'],
  [
    'plan pod-identity --finish -n shop',
    '--finish is about roles: name them with --role, without --namespace and --service-account',
  ],
  [
    'who-can-assume store-orders orders/refund',
    'who-can-assume: got "store-orders orders/refund", wanted one of role/NAME, --role NAME, --policy FILE and --batch',
  ],
  ['waive', 'unknown command "waive"; did you mean findings waive? See irsa-auditor --help'],
  [
    'waive 0a1b2c3d --until 2027-01-01',
    'unknown command "waive"; did you mean findings waive? See irsa-auditor --help',
  ],
  ['init clsuter', 'unknown command "clsuter"; did you mean init cluster? See irsa-auditor init --help'],
  ['history', 'unknown command "history"; did you mean findings history? See irsa-auditor --help'],
  ['admision', 'unknown command "admision"; did you mean policy admission? See irsa-auditor --help'],
  ['cluster', 'unknown command "cluster"; did you mean init cluster? See irsa-auditor --help'],
  ['findings shw', 'unknown command "shw"; did you mean findings show? See irsa-auditor findings --help'],
  ['completion bahs', 'completion: "bahs" is no shell; did you mean bash? See irsa-auditor completion --help'],
  ['completion x', 'completion: "x" is no shell, wanted one of bash, zsh, fish; see irsa-auditor completion --help'],
  ['impact role', 'impact: got "role", wanted role/NAME'],
  ['rules a \u202e', 'rules: unknown word "\\u{202e}"; see irsa-auditor rules --help'],
  [
    'scan a b\u202e',
    'scan: unknown word "b\\u{202e}"; did you mean --cluster b\\u{202e}? See irsa-auditor scan --help',
  ],
  ['scan --fail-on', "option '--fail-on <severity>' argument missing; see irsa-auditor scan --help"],
  ['findings waive a', "required option '--reason <text>' not specified; see irsa-auditor findings waive --help"],
  ['init foo', 'unknown command "foo"; known: organization, cluster; see irsa-auditor init --help'],
  [
    'findings query',
    'unknown command "query"; known: list, show, history, runs, watch, trend, summary, waive, unwaive; see irsa-auditor findings --help',
  ],
  ['reach role/admin', 'reach: unknown word "role/admin"; did you mean --to role/admin? See irsa-auditor reach --help'],
  ['reach role admin', 'reach: unknown word "admin"; did you mean --to role/admin? See irsa-auditor reach --help'],
  ['reach shop', 'reach: unknown word "shop"; did you mean --cluster shop? See irsa-auditor reach --help'],
  ['scan shop', 'scan: unknown word "shop"; did you mean --cluster shop? See irsa-auditor scan --help'],
  [
    'why',
    'why: got no target, wanted pod/NAME, deployment/NAME or serviceaccount/NAME, or a text; of a whole namespace: scan -n NAME; see irsa-auditor why --help',
  ],
  [
    'why foo/bar',
    'why: unknown kind "foo"; known: pod, serviceaccount, deployment, statefulset, daemonset and 3 more; a namespace comes with -n: serviceaccount/bar -n foo',
  ],
  [
    'impact',
    'impact: got no target, wanted TYPE/NAME or TYPE NAME: provider, cluster, role, service-account; its name or ARN; see irsa-auditor impact --help',
  ],
  ['impact provder x', 'impact: unknown kind "provder"; did you mean provider?'],
  [
    'scan --region Europe',
    "option '--region <region>' argument 'Europe' is invalid: wanted a region such as eu-west-1; see irsa-auditor scan --help",
  ],
  ['-v', "unknown option '-v'; did you mean --version? See irsa-auditor --help"],
  ['rules a b', 'rules: unknown word "b"; see irsa-auditor rules --help'],
  [
    'scan --output json',
    "option '--output <word>' argument 'json' is invalid: write --output-file FILE for the file, -o FORMAT for the format; see irsa-auditor scan --help",
  ],
  ['scan --regoin x', "unknown option '--regoin'; did you mean --region? See irsa-auditor scan --help"],
  [
    'findings list --limit x',
    "option '--limit <count>' argument 'x' is invalid: wanted a whole number above 0; see irsa-auditor findings list --help",
  ],
  [
    'scan --json --format csv',
    "option '--json' cannot be used with option '-o, --format <format>'; see irsa-auditor scan --help",
  ],
])('%s', async (words, line) => {
  expect(await runCommand(words.split(' '))).toEqual({ stdout: '', stderr: `irsa-auditor: ${line}\n`, code: 2 });
});

test.each(['help findings list', 'findings help list', 'findings list --help'])(
  '%s is the help of that command',
  async words => {
    const { stdout, code } = await runCommand(words.split(' '));
    expect([stdout.split('\n')[0], code]).toEqual(['Usage: irsa-auditor findings list [options]', 0]);
  },
);
