const { TestEnvironment } = require('jest-environment-node');

let kept;

/** One context for all files of a worker, since the modules that they share live in it. Each file finds the globals and
 *  the environment variables of a fresh one. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    if (kept !== undefined) return kept;
    super(config, context);
    kept = this;
    this.usual = new Set(Reflect.ownKeys(this.global));
    this.variables = { ...this.global.process.env };
  }

  async teardown() {
    for (const key of Reflect.ownKeys(this.global)) if (!this.usual.has(key)) delete this.global[key];
    const { process } = this.global;
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
  }
};
