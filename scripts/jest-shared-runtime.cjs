const { realpathSync } = require('node:fs');
const { join, sep } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** Modules by the keys of jest-runtime: a URL for an ES module, a path for one of CommonJS. They live as long as the worker. */
const shared = new Map();

/** The modules of one test file in front of the shared ones: those of packages and of what ships. */
class Registry extends Map {
  constructor(rootDir) {
    super();
    const folders = ['lib', 'sandbox', 'node_modules'].map(name => realpathSync(join(rootDir, name)) + sep);
    this.beginnings = [...folders, ...folders.map(folder => pathToFileURL(folder).href)];
  }

  get(key) {
    return super.get(key) ?? shared.get(key);
  }

  has(key) {
    return super.has(key) || shared.has(key);
  }

  set(key, module) {
    const isShared = this.beginnings.some(beginning => key.startsWith(beginning)) && !key.includes('/@jest/');
    if (isShared) shared.set(key, module);
    else super.set(key, module);
    return this;
  }

  delete(key) {
    return super.delete(key) || shared.delete(key);
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

/** Test files of the worker. After so many, some module must be shared: jest may name its modules in another way. */
let files = 0;
const manyFiles = 20;

/** Loads what is tested once in a worker, for all test files: it takes most of the time of many. */
module.exports = class extends Runtime {
  constructor(config, ...others) {
    super(config, ...others);
    files += 1;
    if (files === manyFiles && shared.size === 0)
      throw new Error('no module is shared between test files: the keys of jest-runtime have changed');
    this.registries.esModuleRegistry = new Registry(config.rootDir);
    this.registries.moduleRegistry = new Registry(config.rootDir);
    // A shared module loads others when they are first used, which may be in a later test file: it still may.
    this.testState.leaveTestCode = () => undefined;
    this.testState.teardown = () => undefined;
  }
};

/** Forgets modules of the files given, so that the next test file loads them again (`npm run mutation`). */
module.exports.forget = paths => {
  for (const path of paths) {
    shared.delete(path);
    shared.delete(pathToFileURL(path).href);
  }
};
