const { TestEnvironment } = require('jest-environment-node');

/** The first failed test ends the file: the mutant is found, and thousands wait. Stryker adds its own part to it. */
module.exports = class extends TestEnvironment {
  failed = false;

  handleTestEvent(event) {
    if (this.failed && event.name === 'test_start') event.test.mode = 'skip';
    this.failed ||= event.name === 'test_fn_failure';
  }
};
