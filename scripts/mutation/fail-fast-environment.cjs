const SharedEnvironment = require('../jest-shared-environment.cjs');

/** Skips the rest of a test file once one test has failed. */
let hasFailed = false;

module.exports = class extends SharedEnvironment {
  async handleTestEvent(event) {
    if (event.name === 'setup') hasFailed = false;
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') hasFailed = true;
    if (event.name === 'test_start' && hasFailed) event.test.mode = 'skip';
  }
};
