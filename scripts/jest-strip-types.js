import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

/** Jest transformer: Node's own type stripping, so tests run exactly the code that ships runs. */
export default {
  process: source => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
  getCacheKey: source => createHash('sha1').update(process.version).update(source).digest('hex'),
};
