/** `npm run incidents`: what the tool makes of public reports, by class. Exit code 1 where one is missed or misleads. */
import { incidents } from '../test/incidents/incidents.ts';
import { judge, type Outcome } from '../test/incidents/judge.ts';

const outcomes: readonly Outcome[] = ['exact', 'candidate', 'unseen', 'missed', 'misled'];
const judged = incidents.map(incident => ({ incident, ...judge(incident) }));
const verbose = process.argv.includes('--verbose');

for (const { incident, outcome, first, message, rank } of judged)
  if (verbose || outcome === 'missed' || outcome === 'misled')
    process.stdout.write(
      `${outcome.padEnd(10)}${incident.source}: ${incident.cause}${first === undefined ? '' : `; scan: ${first}`}${message === undefined ? '' : `; explain: ${message}, cause ${rank}`}\n`,
    );

const row = (name: string, list: typeof judged): string =>
  `${name.padEnd(18)}${outcomes.map(one => String(list.filter(({ outcome }) => outcome === one).length).padStart(10)).join('')}\n`;
process.stdout.write(`${' '.repeat(18)}${outcomes.map(one => one.padStart(10)).join('')}\n`);
for (const [group, list] of Map.groupBy(judged, ({ incident }) => incident.group))
  process.stdout.write(row(group, list));
process.stdout.write(row('all', judged));
process.exitCode = judged.some(({ outcome }) => outcome === 'missed' || outcome === 'misled') ? 1 : 0;
