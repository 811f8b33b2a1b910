const { chmodSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Temporary files of all tests, and of the programs that they start, in one folder of the run (`cdk.out…` of every app that
 *  is synthesized, files of a test that failed): the end of the run removes it. */
module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-'));
  // A program that a test starts as another user goes through it.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
};
