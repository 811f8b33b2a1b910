// Loads what is loaded before a function, from the cache of the checkout: types are not stripped again in each process. Functions are
// killed when their sandbox ends, so that the cache is written as soon as these modules are loaded.
import '../../../bin/compile-cache.js';
import { flushCompileCache } from 'node:module';

await import(`./preload.ts${new URL(import.meta.url).search}`);
await import('./rapid-client.ts');
flushCompileCache();
