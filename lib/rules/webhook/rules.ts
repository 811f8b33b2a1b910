import type { AnyRule } from '../prelude.ts';
import { webhookCaMismatch } from './webhook-ca-mismatch.ts';
import { webhookInvalid } from './webhook-invalid.ts';
import { webhookMissing } from './webhook-missing.ts';
import { webhookNotInjecting } from './webhook-not-injecting.ts';

/** The rules of the group `webhook`. */
export const webhookRules: readonly AnyRule[] = [
  webhookMissing,
  webhookInvalid,
  webhookCaMismatch,
  webhookNotInjecting,
];
