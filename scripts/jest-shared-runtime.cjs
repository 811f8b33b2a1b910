const { default: Runtime } = require('jest-runtime');

/** Modules of `lib` and of packages, by the key of jest-runtime. They live as long as the worker. */
const shared = new Map();
const isShared = key => /\/(?:lib|node_modules)\//.test(key) && !/\/@jest\//.test(key);

/** A registry of modules of one test file, in front of the shared ones. */
class Registry extends Map {
  get(key) {
    return super.get(key) ?? shared.get(key);
  }

  has(key) {
    return super.has(key) || shared.has(key);
  }

  set(key, module) {
    if (isShared(key)) shared.set(key, module);
    else super.set(key, module);
    return this;
  }
}

/** Runtime of the quick tests: the pure modules that they test are loaded once in a worker, for all files. */
module.exports = class extends Runtime {
  constructor(...args) {
    super(...args);
    this.registries.esModuleRegistry = new Registry();
  }
};
