const { chmodSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Temporary files of all tests, and of the programs that they start, in one folder of the run (`cdk.out…` of every app that
 *  is synthesized, files of a test that failed, what commands keep for their user): the end of the run removes it. */
module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-'));
  // A program that a test starts as another user goes through it.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  // Whoever runs the tests keeps their own last scan, and their own key of journals.
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  process.env.XDG_STATE_HOME = join(folder, 'state');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
};
