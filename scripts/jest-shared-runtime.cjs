const { join, sep } = require('node:path');
const { pathToFileURL } = require('node:url');
const { default: Runtime } = require('jest-runtime');

/** Modules by the key of jest-runtime, which begins with their URL. They live as long as the worker. */
const shared = new Map();

/** The modules of one test file in front of the shared ones: those of packages and of what ships. */
class Registry extends Map {
  constructor(rootDir) {
    super();
    this.folders = ['lib', 'sandbox', 'node_modules'].map(name => pathToFileURL(join(rootDir, name) + sep).href);
  }

  get(key) {
    return super.get(key) ?? shared.get(key);
  }

  has(key) {
    return super.has(key) || shared.has(key);
  }

  set(key, module) {
    const isShared = this.folders.some(folder => key.startsWith(folder)) && !key.includes('/@jest/');
    if (isShared) shared.set(key, module);
    else super.set(key, module);
    return this;
  }
}

/** Loads what is tested once in a worker, for all test files: it takes most of the time of many. */
module.exports = class extends Runtime {
  constructor(config, ...others) {
    super(config, ...others);
    this.registries.esModuleRegistry = new Registry(config.rootDir);
  }
};
