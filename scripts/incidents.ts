/** `npm run incidents`: what the tool makes of public reports. The state of each that describes one, by class (exit code 1 where
 *  one is misled); the causes that texts are told with, cross-validated; and the reports that nothing was learned from. */
import { sharesOf } from '../lib/explain/model/classify.ts';
import { incidents } from '../test/incidents/incidents.ts';
import { judge } from '../test/incidents/judge.ts';
import { toldOf } from './learn/calibrate.ts';
import { type Asked, crossValidated, possibleFor } from './learn/cross-validate.ts';
import { figuresOf, isAboutPods } from './learn/figures.ts';
import { exampleOf, reports, told } from './learn/reports.ts';
import { sharpness } from './learn/train.ts';

const verbose = process.argv.includes('--verbose');
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const judged = incidents.flatMap(incident => {
  const answer = judge(incident);
  return answer === undefined ? [] : [{ incident, ...answer }];
});
print('State alone: the first finding of an audit');
for (const [group, list] of Map.groupBy(judged, ({ incident }) => incident.group)) {
  const of = (wanted: string): string =>
    `${String(list.filter(({ outcome }) => outcome === wanted).length).padStart(4)} ${wanted}`;
  print(`  ${group.padEnd(24)}${['exact', 'misled', 'unseen'].map(of).join('')}`);
}
for (const { incident, outcome, first } of judged)
  if (outcome === 'misled') print(`  ${incident.source}: ${incident.cause}; scan: ${first}`);

const line = (name: string, asked: readonly Asked[]): string => {
  const { count, first, three, logLoss } = figuresOf(asked);
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`.padStart(7);
  return `  ${name.padEnd(34)}${String(count).padStart(5)}${percent(first)}${percent(three)}${logLoss.toFixed(2).padStart(8)}`;
};
const table = (title: string, asked: readonly Asked[]): void => {
  print(`\n${title}`);
  print(`  ${''.padEnd(34)}count  first  three  log-loss`);
  print(line('about pods', asked.filter(isAboutPods)));
  const others = asked.filter(one => !isAboutPods(one));
  if (others.length > 0) print(line('about something else', others));
};

const train = reports().filter(({ split }) => split === 'train');
const asked = crossValidated(train, told(), sharpness);
table('Text alone, cross-validated: ten folds, a thread never on both sides', asked);
for (const [round, list] of Map.groupBy(asked, ({ report }) => report.round))
  if (round !== undefined) table(`  of these, measured blind before they were learned from: ${round}`, list);
print('  shares as they are told of the first cause, and how often it was right');
for (const [tenths, list] of [
  ...Map.groupBy(toldOf(asked.filter(isAboutPods)), ({ share }) => Math.round(share * 10)),
].sort(([a], [b]) => a - b))
  print(
    `    ${tenths} of 10${String(list.length).padStart(6)}${`${((100 * list.filter(({ isRight }) => isRight).length) / list.length).toFixed(0)} %`.padStart(7)}`,
  );
print('  by cause');
for (const [cause, list] of [...Map.groupBy(asked, ({ report }) => report.cause)].sort(
  (a, b) => b[1].length - a[1].length,
))
  if (verbose || list.length >= 10) print(line(cause, list));

const heldOut = reports().filter(({ split }) => split === 'held-out');
for (const [round, list] of Map.groupBy(heldOut, one => one.round ?? 'without a round'))
  table(
    `Text alone, never learned from: ${round}`,
    list.map(report => {
      const { text, messages } = exampleOf(report);
      return { report, shares: sharesOf(text, messages, possibleFor(messages)) };
    }),
  );
process.exitCode = judged.some(({ outcome }) => outcome === 'misled') ? 1 : 0;
