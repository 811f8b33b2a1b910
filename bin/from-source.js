// The command line of a checkout.
import './compile-cache.js';

await import('./irsa-auditor.ts');
