const { TestEnvironment } = require('jest-environment-node');

let kept;

/** One context for all files of a worker, since the modules that they share live in it. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    if (kept !== undefined) return kept;
    super(config, context);
    kept = this;
    this.usual = new Set(Reflect.ownKeys(this.global));
  }

  async teardown() {
    for (const key of Reflect.ownKeys(this.global)) if (!this.usual.has(key)) delete this.global[key];
  }
};
