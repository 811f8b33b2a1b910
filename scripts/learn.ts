/** `npm run learn`: learns the causes of texts from the labelled reports, and writes lib/explain/model/model.json. */
import { writeFileSync } from 'node:fs';
import { exampleOf, reports, told } from './learn/reports.ts';
import { sharpness, train } from './learn/train.ts';

const learned = train(
  reports()
    .filter(({ split }) => split === 'train')
    .map(exampleOf),
  told(),
  sharpness,
);
const { features, ...rest } = learned;
// On one line: it is data, which nobody reads by lines.
writeFileSync(
  new URL('../lib/explain/model/model.json', import.meta.url),
  `${JSON.stringify({ ...rest, features })}\n`,
);
