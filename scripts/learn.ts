/** `npm run learn`: learns the causes of texts from the labelled reports, and writes lib/explain/model/model.json. */
import { writeFileSync } from 'node:fs';
import { calibrationOf } from './learn/calibrate.ts';
import { crossValidated } from './learn/cross-validate.ts';
import { exampleOf, reports, told } from './learn/reports.ts';
import { sharpness, train } from './learn/train.ts';

const learnedFrom = reports().filter(({ split }) => split === 'train');
const { features, ...rest } = train(learnedFrom.map(exampleOf), told(), sharpness);
const calibration = calibrationOf(crossValidated(learnedFrom, told(), sharpness));
// On one line: it is data, which nobody reads by lines.
writeFileSync(
  new URL('../lib/explain/model/model.json', import.meta.url),
  `${JSON.stringify({ ...rest, calibration, features })}\n`,
);
