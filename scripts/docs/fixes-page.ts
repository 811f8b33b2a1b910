/** docs/fixes.md: what the fix of each rule does, who gains and who loses by it, and by which run it is proven. */

import { isForeseen, undoInWords } from '../../lib/fixes/change-table.ts';
import { toolsOf } from '../../lib/fixes/step.ts';
import { type AccessChange, type Act, type ChangeKind, type Finding, isAct } from '../../lib/model.ts';
import { waysOf, withWay } from '../../lib/plan/chosen-fix.ts';
import { asksForDecision } from '../../lib/plan/plan.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { examplesOf } from '../../test/support/rule-examples.ts';

/** The words for a kind of step: its change, the wait of `--apply`, and when it refuses beside another account, cluster or
 *  state. */
interface KindInWords {
  readonly changes: string;
  readonly waits?: string;
  readonly refuses?: string;
}

/** The wait and the refusal of every step; a kind adds its own. */
const always = { waits: 'the command ends', refuses: 'the state is neither that of the audit nor that of the step' };

const pods = 'the pods that ran at the audit are replaced, for 5 minutes at most';

const kinds: Readonly<Record<ChangeKind, KindInWords>> = {
  'trust-policy': { changes: 'the whole trust policy of one role' },
  thumbprints: { changes: 'the list of thumbprints of one provider' },
  'audience-added': { changes: 'one audience of one provider' },
  'audience-removed': { changes: 'one audience of one provider' },
  'provider-created': { changes: 'one provider', refuses: 'it exists with other audiences' },
  'provider-deleted': { changes: 'one provider', refuses: 'its audiences or thumbprints are others' },
  annotation: { changes: 'one annotation of one service account' },
  label: { changes: 'one label of one service account' },
  'service-account-created': { changes: 'one service account with its annotations', refuses: 'it exists' },
  'service-account-deleted': { changes: 'one service account, only as the way back' },
  'workload-service-account': { changes: 'the service account in the template of one workload' },
  'pods-restarted': {
    changes:
      'one annotation of the template of one workload, or evictions of its pods, which keep the budget of disruptions',
    waits: `the budget of disruptions allows the next eviction, and ${pods}; restarted once more where the webhook missed a new one`,
    refuses: 'the workload is paused, or the patch or the eviction is not allowed',
  },
  'webhook-restored': {
    changes: 'the field `webhooks` of the configuration; labels, annotations and finalizers stay',
    refuses: 'the configuration has another version than the one that was read',
  },
  'auditor-access-granted': {
    changes: 'the ClusterRole of the auditor and its binding: reads alone',
    refuses: 'never for its state: what stands there is set to what the auditor reads',
  },
  'objects-reverted': { changes: 'the objects of the two rows before, only as the way back' },
  'addon-role': { changes: 'the role of one add-on' },
  'addon-created': { changes: 'one add-on', refuses: 'it exists' },
  'association-created': { changes: 'one association, only as the way back: its service account gains the role' },
  'association-updated': {
    changes: 'one field of one association: its service account gets the role that the field names',
  },
  'association-deleted': {
    changes: 'one association: its service account loses the role',
    refuses: 'it has other roles',
  },
  'quota-requested': {
    changes: 'one request for a quota of IAM',
    refuses: 'never for its state: there is none to compare',
  },
};

const kindsTable = (): string =>
  [
    '| step | it changes | it waits until | it refuses where |',
    '| --- | --- | --- | --- |',
    ...Object.entries(kinds).map(
      ([kind, { changes, waits = always.waits, refuses = always.refuses }]) =>
        `| ${kind} | ${changes} | ${waits} | ${refuses} |`,
    ),
  ].join('\n');

const head = `# Fixes

This page is made from the code by \`npm run docs\`: for each rule with a step, the fix of its example in the catalogue.
\`irsa-auditor fix\` prints the plan for what a scan finds, and carries it out with \`--apply\`.

Proven by: *rules* means that a test applies the steps to the facts of the example and asks the whole catalogue again: the
finding is gone, and nobody is exposed who was not (\`test/plan/catalogue.test.ts\`). *later run* means that only the
audit after the step can tell, for example of pods that are created again. *aws, kubectl* name the programs by which a test
carries the commands out on the sandbox and audits again: the finding is gone, no other opened, nobody gained beyond what
is named here (\`test/cli/fix/catalogue-run.slow.test.ts\`). A rule with several ways has a line for each: \`fix ID --choose 2\`
takes the second. The whole cycle of a case (dry run, script, script again, apply, apply again, undo, undo again) is run with the state of
all objects compared after each part: nothing beside what the changes name is written, and after the way back the state is the one before
(\`test/cli/fix/whole-cycle.slow.test.ts\`; with a real API server \`test/cli/fix/real-cluster.slow.test.ts\`). Steps that set a policy, set thumbprints, or create or delete a provider are also run against moto
(\`test/contract/fixes-on-moto.slow.test.ts\`), and the plans for the sandbox's whole first world by both programs
(\`test/cli/fix/first-world.slow.test.ts\`). Undoing is run by both programs for the role of an add-on, an association, a ClusterRole
with its binding and a webhook (\`test/cli/fix/undo-run.slow.test.ts\`), for annotations (\`test/cli/fix/bad-input.slow.test.ts\`), and for
the first world without its clusters (\`test/cli/fix/fix-command.slow.test.ts\`).

A finding, a plan and a journal hold changes: the role and its policy, the service account and its annotation. The program makes the
commands from a change when they are shown or run, and takes no command from a file. \`fix --apply\` writes nothing where the
credentials are of another account, where no context of the kubeconfig points at the server that was audited (by its certificate
authority, else by its address), where the state is neither the one before nor the one after the change, or where a name is no name of
AWS or Kubernetes.

Every plan is made from an audit of now, whether it is printed, scripted or applied. Of \`--input\` and \`--table\` fix takes which
findings are meant, and says how old they are: no step of a file or a table is shown or run. A finding that is over is nothing to do;
where one cannot be confirmed (another account, a part that is not read) no step is made. Without credentials for an audit,
\`explain ID --input FILE\` and \`findings show ID\` print what is stored of a finding, with commands that are made from its changes.

\`fix --undo\` carries out a journal that this user's fix wrote on this machine. Each line has a code over itself and the line before
(HMAC-SHA-256), by a key that lies in \`$XDG_STATE_HOME/irsa-auditor/journal.key\` (\`~/.local/state\` where that is not set), for its owner
alone, and never in the working folder. Of every other journal (another machine or user, a line that was changed, no key) the way back
is printed, with who gains by each step, and nothing is run, whoever answers.

The key is no reason to trust a step. Undo is a change like any other: it is made from the change by the same table, refuses names and
documents that the table does not write, compares account, cluster and state, and says who gains what, now or later: service accounts
by a trust policy, with the day on which it opens; whoever has tokens by a provider or an audience; pods by an association, an annotation
or the service account of a workload; the receiver of a webhook's objects; the subjects of a ClusterRole. With \`--yes\` nobody is asked,
and such a step is left.

Where commands are printed, kubectl is given the context of the kubeconfig that leads to the cluster, whatever its name; where there is
not one, the first command makes it (\`aws eks update-kubeconfig\`). A policy and the patch of the webhook follow the line of their command
as a here-document, which the command reads as its standard input; \`--apply\` gives them as one argument.

A script (\`--script\`, for a POSIX shell) has the guards of \`--apply\`. Before each step it compares the account of the credentials, the API server of the
context, and the state. A step that was done already is passed over; another state stops it, and so does the first failure. Steps that
wait for a decision are comments: \`fix ID --choose N --script FILE\` takes it. A candidate, which is only called alike, is listed with its
number, and no plan takes one by itself. \`fix ID\` has steps of that finding alone.

${kindsTable()}

A tool that manages an object undoes a command with its next run, and is told first. Of roles and providers tags tell it; of service
accounts and the webhook annotations, labels and managedFields; of workloads, which the audit does not read, the labels of their pods.
Before \`--apply\` changes a workload it reads these marks of the workload itself, and a script prints who wrote it.

An EKS add-on that manages a service account has a form of its own where AWS documents its service account:
\`aws eks update-addon --service-account-role-arn\`. For other annotations there is none: each add-on has a schema of its own for its
configuration values, and how a role is taken away again is not documented (facts.md §H.1).

Rules that are not listed have no step: a person decides, and the finding says what.

*Who gains* and *who loses* are the service accounts whose tokens the trust policy of a role takes after the step and did not before, and
the other way round, as exact sets. A role by Pod Identity is not among them: the table above says what an association gives.

| rule | step | who gains | who loses | a person confirms | proven by | undo |
| --- | --- | --- | --- | --- | --- | --- |
`;

/** The page, with one line for each rule whose example has a step that changes something. */
export const fixesPage = (rules: readonly AnyRule[]): string =>
  `${head}${rules
    .flatMap(rule => {
      const [finding] = evaluate(examplesOf(rule).fail.facts(), { rules: [rule] }).findings.filter(hasChange);
      return finding === undefined
        ? []
        : waysOf(finding.fix).map((_, at) => lineOf(rule.id, withWay(finding, at + 1), at + 1));
    })
    .join('\n')}\n`;

const changesOf = ({ fix }: Finding) => (fix.steps ?? []).filter(isAct);
const hasChange = (finding: Finding): boolean => changesOf(finding).length > 0;

const lineOf = (id: string, finding: Finding, way: number): string => {
  const steps = changesOf(finding);
  const access = steps.flatMap(step => step.access ?? []);
  const kinds = steps.map(({ change }) => change.kind);
  const areForeseen = steps.every(({ change }) => isForeseen(change));
  const cells = [
    `[${id}](rules/${id}.md)${way === 1 ? '' : `, way ${way}`}`,
    [...new Set(kinds)].join(', '),
    namesOf(access, 'gains'),
    namesOf(access, 'loses'),
    asksForDecision(finding) ? 'yes' : 'no',
    [areForeseen ? 'rules' : 'rules, later run', ...runBy(id, steps)].join(', '),
    [...new Set(steps.map(({ change }) => undoInWords(change)))].join('; '),
  ];
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
};

/** Rules whose fix is not carried out on the sandbox (test/cli/fix/catalogue-run.slow.test.ts), and why. */
export const notRun: Readonly<Record<string, string>> = {
  'issuer-claimable': 'its issuer is a name that nobody owns: the sandbox serves issuers that answer',
  'trust-condition-vacuous': 'an audit folds it into trust-any-subject, whose fix is a decision',
};

const runBy = (id: string, steps: readonly Act[]): readonly string[] =>
  id in notRun ? [] : [...new Set(steps.flatMap(toolsOf))].sort();

const namesOf = (access: readonly AccessChange[], side: 'gains' | 'loses'): string => {
  const names = access.flatMap(one => one[side].flatMap(({ subjects, patterns }) => [...subjects, ...patterns]));
  return names.length === 0 ? 'nobody' : [...new Set(names)].map(name => `\`${name}\``).join(', ');
};
