/** The key of the tag or label that names who answers for an object; it decides who is told of its findings. */
const ownerKey = 'owner';

/** True for the key of a tag or label that names an owner, in whatever case: tags of AWS are often `Owner`. */
export const isOwnerKey = (key: string): boolean => key.toLowerCase() === ownerKey;

/** Who answers for an object, by its tags or labels: the exact key before others. Undefined where none or nothing is named. */
export const ownerIn = (labels: Readonly<Record<string, string>>): string | undefined => {
  const [other] = Object.entries(labels).flatMap(([key, value]) => (isOwnerKey(key) && value.trim() ? [value] : []));
  return (labels[ownerKey]?.trim() ? labels[ownerKey] : other)?.trim();
};
