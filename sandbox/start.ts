/** `npm start`: the whole audit on one machine, three times, with drift in between. See README.md. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changeSentences } from '../lib/history/change-event.ts';
import { severities } from '../lib/model.ts';
import { previewsOf } from '../lib/notify/preview/previews-of.ts';
import { shortIds } from '../lib/report/names.ts';
import { renderOverview } from '../lib/report/overview/overview.ts';
import { changeLines } from '../lib/report/overview/text.ts';
import { countBySeverity, worstFindingOf } from '../lib/report/summary.ts';
import { wrap } from '../lib/report/text-layout.ts';
import { counted } from '../lib/text.ts';
import { changeByKim, drift, driftSentences, fastSentence } from './drift.ts';
import { liveSteps } from './live-steps.ts';
import { pageOfRun } from './page-of-run.ts';
import { type FastRunDocument, type RunDocument, runDocument } from './run-document.ts';
import { serve } from './serve.ts';
import { type DeployedSandbox, startDeployed } from './start-deployed.ts';
import type { SandboxRun } from './start-sandbox.ts';
import { firstAudit, issuerServers, regions } from './world/scenarios/first-audit.ts';

const out = 'sandbox-out';

const usage = `npm start [-- --json | --serve]
  --json   one JSON document on stdout, nothing else
  --serve  keep the endpoints up and print the variables that point tools at them
`;

const parsed = () => {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        serve: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch {
    const given = process.argv.slice(2).map(argument => JSON.stringify(argument));
    process.stderr.write(`The sandbox was started with ${given.join(' ')}; want --json, --serve or --help.\n`);
    process.exit(2);
  }
};
const options = parsed();

const say = (text: string): void => {
  if (!options.json) process.stdout.write(text);
};
const colour = process.stdout.isTTY === true && !process.env.NO_COLOR && !options.json;
const style = { colour, width: Math.min(process.stdout.columns || 100, 120) };
/** A sentence on lines that the terminal does not break in the middle of a name. */
const sentence = (text: string, indent = ''): string =>
  `${wrap(text, style.width - indent.length).join(`\n${indent}`)}\n`;
const bold = (text: string): string => (colour ? `\u001b[1m${text}\u001b[0m` : text);

let notifications = 0;

/** Destinations whose messages are kept as they look. */
const chats = [
  { to: 'slack', secretName: 'slack' },
  { to: 'teams', secretName: 'teams' },
] as const;

/** Keeps the messages that were sent, as each destination shows them, and says so. */
const keepMessages = async ({ messages, digests }: Pick<SandboxRun, 'messages' | 'digests'>): Promise<void> => {
  for (const [at, message] of messages.entries()) {
    notifications += 1;
    const name = join(out, 'notifications', String(notifications).padStart(2, '0'));
    await writeFile(`${name}.txt`, `Subject: ${message.subject}\n\n${message.text}`);
    await writeFile(`${name}.json`, `${message.document}\n`);
    for (const chat of chats)
      for (const digest of digests.slice(at, at + 1))
        for (const { text } of previewsOf([chat], digest)) await writeFile(`${name}-${chat.to}.txt`, `${text}\n`);
    say(`  ${sentence(`One email: ${message.subject}`, '    ')}`);
  }
};

/** Runs once, shows it, keeps it. */
const audit = async (sandbox: DeployedSandbox, number: number): Promise<RunDocument> => {
  const live = liveSteps({ say, colour, live: colour });
  const run = await sandbox.run(`run-${number}`, live.tell);
  live.end();
  const document = runDocument(run);
  say(number === 1 ? `  ${countsText(document)}\n` : changesText(document));
  await keepMessages(run);
  await writeFile(join(out, `run-${number}.html`), await pageOfRun(sandbox.services, `run-${number}`));
  await writeFile(join(out, `run-${number}.json`), `${JSON.stringify(document, undefined, 2)}\n`);
  return document;
};

/** Has the fast lane tell of what has changed, and shows it. */
const tellChanges = async (sandbox: DeployedSandbox): Promise<FastRunDocument> => {
  // They have told the changes between the runs.
  sandbox.aws.takeEvents();
  await changeByKim(sandbox.aws.url);
  const live = liveSteps({ say, colour, live: colour });
  const { messages, digests, ...told } = await sandbox.tellChanges(live.tell);
  live.end();
  const events = [...told.transitions, ...told.factChanges].map(({ changedBy }) => changeSentences(changedBy));
  const who = [...new Set(events)].flatMap(event =>
    event === undefined ? [] : `  ${'by'.padEnd(11)} ${sentence(event, ' '.repeat(14))}`,
  );
  say(`${changesText({ ...told, findings: [] })}${who.join('')}`);
  await keepMessages({ messages, digests });
  return { ...told, messages: messages.map(({ subject }) => subject) };
};

const countsText = ({ findings }: RunDocument): string => {
  const counts = countBySeverity(findings);
  return `${findings.length} findings: ${severities.map(severity => `${counts[severity]} ${severity}`).join(', ')}.`;
};

/** The last screen: clusters by steps, the worst findings in the order of the overview, and what explains the first of them. */
const openText = (document: RunDocument): string => {
  // Its sections are parted by blank lines: what was checked, the clusters, then a section for each severity.
  const [, clusters = '', ...sections] = renderOverview({ ...document, transitions: [], factChanges: [] }, style).split(
    '\n\n',
  );
  const worst = worstFindingOf(document);
  const counts = countBySeverity(document.findings);
  const shown = sections.filter(
    (_section, at) => at < severities.slice(0, 2).filter(severity => counts[severity] > 0).length,
  );
  const short = shortIds(document.findings.map(({ id }) => id));
  return [
    `\n${bold('Open after run 3')}: ${countsText(document)}`,
    ...[clusters, ...shown],
    sentence(`All of them: ${join(out, 'run-3.html')}; the messages: ${join(out, 'notifications')}`).trimEnd(),
    ...(worst === undefined
      ? []
      : [
          `${bold('Next')}, the cause and the fix of the worst finding:`,
          `npx --no-install irsa-auditor explain ${short(worst.id)} --input ${join(out, 'run-3.json')}`,
        ]),
    '',
  ].join('\n');
};

/** The findings that moved since the run before, and how many settings did. */
const changesText = ({
  findings,
  ...document
}: Pick<RunDocument, 'transitions' | 'factChanges' | 'findings'>): string => {
  const lines = changeLines({ ...document, factChanges: [] }, style).slice(1);
  const settings = document.factChanges.length;
  return lines.length + settings === 0
    ? `  Nothing changed: ${findings.length} findings are open as before.\n`
    : `${[...lines, `  drift       ${counted(settings, 'setting')} changed`].join('\n')}\n`;
};

/** The reports and messages of the runs before. */
const removeEarlierRuns = async (): Promise<void> => {
  await rm(join(out, 'notifications'), { recursive: true, force: true });
  const runs = (await readdir(out).catch(() => [])).filter(name => /^run-\d+\.(?:html|json)$/.test(name));
  for (const name of runs) await rm(join(out, name), { force: true });
};

const main = async (): Promise<void> => {
  // The files of endpoints that are served stay: a terminal uses them.
  if (!options.serve) await removeEarlierRuns();
  await mkdir(join(out, 'notifications'), { recursive: true });
  say(
    sentence(
      'irsa-auditor sandbox: AWS, issuers and clusters on this machine, audited by the workflow that cdk deploy deploys',
    ).replace('irsa-auditor sandbox', bold),
  );
  const sandbox = await startDeployed({ issuers: issuerServers(), world: firstAudit, regions });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => void sandbox.stop().finally(() => process.exit(code)));
  try {
    if (options.serve) return await serve(sandbox, say);
    say(`\n${bold('Run 1: the first audit')}\n`);
    const first = await audit(sandbox, 1);
    say(`\n${bold('Meanwhile')}\n${driftSentences.map(each => `  - ${sentence(each, '    ')}`).join('')}`);
    await drift(sandbox);
    say(`\n${bold('Run 2: what moved')}\n`);
    const second = await audit(sandbox, 2);
    say(`\n${bold('Run 3: nothing moved')}\n`);
    const third = await audit(sandbox, 3);
    say(`\n${bold('The fast lane: one change, told within minutes')}\n  - ${sentence(fastSentence, '    ')}`);
    const fast = await tellChanges(sandbox);
    say(`\n${bold('Each Monday: what is still open')}\n`);
    await keepMessages(await sandbox.sendSummary());
    say(openText(third));
    if (options.json) process.stdout.write(`${JSON.stringify({ runs: [first, second, third], fast }, undefined, 2)}\n`);
  } finally {
    await sandbox.stop();
  }
};

if (options.help) process.stdout.write(usage);
else await main();
