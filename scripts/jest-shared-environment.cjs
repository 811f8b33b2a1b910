const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

let kept;

/** Variables of the machine that lead a client elsewhere. Tests set those that they are about. */
const leading = /^(?:AWS_.*|KUBECONFIG|(?:https?|all|no)_proxy)$/i;

/** One context for all files of a worker, since the modules that they share live in it. Each file finds the globals and
 *  the environment variables of a fresh one. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    if (kept !== undefined) return kept;
    // Jest puts a proxy behind the global object, and each use of a global name asks it: half of the time of a test.
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    super(config, context);
    vm.createContext = createContext;
    kept = this;
    const { env } = this.global.process;
    for (const name of Object.keys(env)) if (leading.test(name)) delete env[name];
    this.usual = new Set(Reflect.ownKeys(this.global));
    this.variables = { ...env };
  }

  async teardown() {
    // A package keeps what its copies share under a name of its own (`@aws-cdk/core.AppPerfState`, `__cdkTokenMap`): it
    // lives as long as the package. Jest's table of matchers cannot be deleted, and is filled for each file.
    const ofPackage = key => /^(?:@|__)/.test((typeof key === 'symbol' ? Symbol.keyFor(key) : key) ?? '');
    for (const key of Reflect.ownKeys(this.global))
      if (!this.usual.has(key) && !ofPackage(key)) Reflect.deleteProperty(this.global, key);
    const { process } = this.global;
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
  }
};
