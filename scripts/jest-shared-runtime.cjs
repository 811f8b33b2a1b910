const { realpathSync } = require('node:fs');
const { join, sep } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** Modules by the keys of jest-runtime: a URL for an ES module, a path for one of CommonJS. They live as long as the worker. */
const shared = new Map();
/** Modules of jest itself, by their paths. */
const sharedOfJest = new Map();

/** The modules of one test file in front of those that are shared. */
class Registry extends Map {
  constructor(sharedModules, isShared) {
    super();
    this.sharedModules = sharedModules;
    this.isShared = isShared;
  }

  get(key) {
    return super.get(key) ?? this.sharedModules.get(key);
  }

  has(key) {
    return super.has(key) || this.sharedModules.has(key);
  }

  set(key, module) {
    if (this.isShared(key)) this.sharedModules.set(key, module);
    else super.set(key, module);
    return this;
  }

  delete(key) {
    return super.delete(key) || this.sharedModules.delete(key);
  }
}

/** Packages and what ships. */
const isTested = rootDir => {
  const folders = ['lib', 'sandbox', 'node_modules'].map(name => realpathSync(join(rootDir, name)) + sep);
  const beginnings = [...folders, ...folders.map(folder => pathToFileURL(folder).href)];
  return key => beginnings.some(beginning => key.startsWith(beginning)) && !key.includes('/@jest/');
};
/** Of jest, all but the runner, which has the state of one file, and the maps of its sources. The packages of the runner have no
 *  state of a file. */
const isOfAnyFile = path => !/[\\/](?:jest-circus[\\/]build|source-map-support|@jest[\\/]source-map)[\\/]/.test(path);

/** The compiled form of jest's modules of which each test file has instances of its own, by their path: compiled once. */
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

/** Loads what is tested, and most of jest, once in a worker, for all test files: it takes most of the time of many. */
module.exports = class extends Runtime {
  constructor(config, ...others) {
    super(config, ...others);
    files += 1;
    if (files === manyFiles && shared.size === 0)
      throw new Error('no module is shared between test files: the keys of jest-runtime have changed');
    const isShared = isTested(config.rootDir);
    this.registries.esModuleRegistry = new Registry(shared, isShared);
    this.registries.moduleRegistry = new Registry(shared, isShared);
    this.registries.internalModuleRegistry = new Registry(sharedOfJest, isOfAnyFile);
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
