import { callCounter } from '../../lib/collect/call-counter.ts';
import { createIssuerReader } from '../../lib/collect/issuer/tls-issuer-reader.ts';
import { once } from './once.ts';

/** Counts handshakes and documents, for the cost of the run. */
export const calls = /* @__PURE__ */ once(callCounter);

/** Probes issuers at public addresses only, with the runtime's own public roots. */
export const issuers = /* @__PURE__ */ once(() => createIssuerReader({ calls: calls() }));
