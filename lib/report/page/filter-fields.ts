import { severities } from '../../model.ts';
import type { PageData } from '../html/page-data.ts';
import { elementOf, make } from './dom.ts';
import { choices, type Filter } from './filter.ts';

/** The fields of the filter of findings. The step is chosen in the health map. */
export interface FilterFields
  extends Readonly<Record<Exclude<(typeof choices)[number], 'q' | 'step'>, HTMLSelectElement>> {
  readonly q: HTMLInputElement;
  readonly step: HTMLInputElement;
  /** Absent where no finding is waived. */
  readonly waived: HTMLInputElement | null;
  readonly boxes: readonly HTMLInputElement[];
}

/** The fields of the page, with what there is to choose. A choice of one thing is hidden. */
export const filterFields = ({ clusters, alike, findings }: PageData): FilterFields => {
  const select = (id: string): HTMLSelectElement => elementOf(id, HTMLSelectElement);
  const fields = {
    q: elementOf('search', HTMLInputElement),
    impact: select('impact'),
    account: select('account'),
    cluster: select('cluster'),
    namespace: select('namespace'),
    step: elementOf('step', HTMLInputElement),
    group: select('group'),
    waived: document.querySelector<HTMLInputElement>('#waived'),
    boxes: [...document.querySelectorAll<HTMLInputElement>('input[name=severity]')],
  };
  const fill = (field: HTMLSelectElement, values: readonly string[]): void => {
    const all = [...new Set(values)];
    field.append(...all.map(value => make('option', { value }, value)));
    field.hidden = all.length < 2;
  };
  fill(fields.account, findings.map(({ accountId }) => accountId).sort());
  fill(fields.cluster, [...alike.map(({ name }) => name), ...clusters.map(({ name }) => name)]);
  fill(fields.namespace, findings.flatMap(({ namespace }) => namespace ?? []).sort());
  return fields;
};

/** The filter as the fields have it. */
export const readFields = (fields: FilterFields): Filter => ({
  q: fields.q.value,
  impact: fields.impact.value,
  account: fields.account.value,
  cluster: fields.cluster.value,
  namespace: fields.namespace.value,
  step: fields.step.value,
  group: fields.group.value,
  waived: fields.waived?.checked ?? false,
  severities: new Set(
    severities.filter(severity => fields.boxes.some(({ value, checked }) => checked && value === severity)),
  ),
});

/** Shows a filter in the fields. */
export const writeFields = (fields: FilterFields, filter: Filter): void => {
  for (const name of choices) if (fields[name].value !== filter[name]) fields[name].value = filter[name];
  for (const box of fields.boxes) box.checked = severities.some(one => one === box.value && filter.severities.has(one));
  if (fields.waived !== null) fields.waived.checked = filter.waived;
};
