const { default: TestSequencer } = require('@jest/test-sequencer');

/** Test files that take longest, for a first run: jest has no times of it and would begin with large files, so that one worker
 *  ends with a long one while the other is idle. */
const long = [
  'contract/deploy',
  'infra/package',
  'project/adding-parts',
  'infra/failures',
  'browser/sandbox-report',
  'cli/fix/whole-cycle',
  'infra/fleet-cost',
  'browser/report',
  'infra/sandbox',
  'project/pipelines',
  'contract/handlers',
  'faults/earlier-seeds',
  'faults/schedules-1',
  'faults/schedules-2',
  'contract/store/finding-store',
  'infra/single-file',
  'infra/app',
  'project/licences',
  'browser/first-screen',
  'cli/fix/fix-command',
  'cli/completion',
  'lambdas/every-handler',
  'contract/fixes-on-moto',
  'infra/cfn-lint',
  'project/adding-a-destination',
].map(name => `/test/${name}.slow.test.ts`);

/** Order of files whose time is not known: those above, other slow ones, quick ones. */
const rankOf = ({ path }) => {
  const at = long.findIndex(end => path.endsWith(end));
  if (at >= 0) return at;
  return path.endsWith('.slow.test.ts') ? long.length : long.length + 1;
};

/** Files by the times that jest has of an earlier run; those without one by the list above, in front of the others. */
module.exports = class extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isUnknown = ({ duration }) => duration === undefined;
    const unknown = sorted.filter(isUnknown).sort((one, other) => rankOf(one) - rankOf(other));
    return [...unknown, ...sorted.filter(test => !isUnknown(test))];
  }
};
