const { join, sep } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');
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

/** The compiled form of jest's own modules, by their path: each test file has instances of its own, compiled once. */
const compiled = new Map();
const { compileFunction } = vm;
vm.compileFunction = (code, parameters, options) => {
  const cachedData = compiled.get(options.filename);
  const made = compileFunction(code, parameters, { ...options, cachedData, produceCachedData: cachedData === undefined });
  if (cachedData === undefined) compiled.set(options.filename, made.cachedData);
  return made;
};

/** Loads what is tested once in a worker, for all test files: it takes most of the time of many. */
module.exports = class extends Runtime {
  constructor(config, ...others) {
    super(config, ...others);
    this.registries.esModuleRegistry = new Registry(config.rootDir);
  }
};
