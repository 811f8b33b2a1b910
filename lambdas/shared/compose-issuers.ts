import { createIssuerReader } from '../../lib/collect/issuer/tls-issuer-reader.ts';
import { once } from './once.ts';

/** Probes issuers at public addresses only, with the runtime's own public roots. */
export const issuers = /* @__PURE__ */ once(() => createIssuerReader());
