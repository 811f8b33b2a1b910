/** Who manages an object of Kubernetes, by its metadata. */
import * as z from 'zod';
import { type Manager, managerOfObject, type ObjectMarks } from '../../model.ts';
import { worldName } from '../world-text.ts';

const texts = z.record(z.string(), z.string());

/** The fields of metadata that tell it; what is no such field is passed over. */
export const managerFields = {
  annotations: texts.nullish().catch(undefined),
  labels: texts.nullish().catch(undefined),
  managedFields: z
    .array(z.object({ manager: z.string().optional() }))
    .nullish()
    .catch(undefined),
};

/** The manager; undefined where nothing tells of one. */
export const managerIn = ({
  annotations,
  labels,
  managedFields,
}: z.output<z.ZodObject<typeof managerFields>>): Manager | undefined =>
  boundedManager({
    annotations: annotations ?? {},
    labels: labels ?? {},
    writers: (managedFields ?? []).map(({ manager = '' }) => manager),
  });

/** A name that is too long to be kept is left out: the tool is what matters. */
export const boundedManager = (marks: ObjectMarks): Manager | undefined => {
  const found = managerOfObject(marks);
  return found?.name === undefined || worldName.parse(found.name) === found.name ? found : { tool: found.tool };
};
