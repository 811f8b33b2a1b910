import * as z from 'zod';

/** The part of jest's JSON result that skips are read from. */
export const skippable = z.object({
  testResults: z.array(
    z.object({ name: z.string(), assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

/** Needs that CI cannot meet, with the place where each would be found: the collected policies and recordings are not part of
 *  the repository, and a Kubernetes API server is no package. A skip beside that place is refused all the same. */
const unmetInCi: Readonly<Record<string, string>> = {
  'the collected policies': '../shared/policies/judged.json',
  'the recordings of AWS': '../shared/recordings/aws/answers.jsonl',
  'a Kubernetes API server (IRSA_AUDITOR_KUBERNETES)': process.env.IRSA_AUDITOR_KUBERNETES ?? '',
};

/** Tests that were skipped for one reason. `need`: what was not there; undefined for a test that names none. */
export interface Skip {
  readonly need: string | undefined;
  readonly titles: readonly string[];
  /** Whether CI fails by it. */
  readonly isRefusedInCi: boolean;
}

/** Skipped tests by the need that their titles name (test/support/needing.ts). `isThere` answers whether a path exists. */
export const skipsOf = (
  { testResults }: z.infer<typeof skippable>,
  isThere: (path: string) => boolean,
): readonly Skip[] => {
  const byNeed = new Map<string | undefined, string[]>();
  for (const { fullName, status } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    if (status === 'passed' || status === 'failed') continue;
    const need = /\[needs ([^\]]+)\]/.exec(fullName)?.[1];
    byNeed.set(need, [...(byNeed.get(need) ?? []), fullName]);
  }
  return [...byNeed].map(([need, titles]) => {
    const place = need === undefined ? undefined : unmetInCi[need];
    return { need, titles, isRefusedInCi: place === undefined || isThere(place) };
  });
};

/** The lines that tell of skips, each test by its title. */
export const skipLines = (skips: readonly Skip[]): readonly string[] =>
  skips.flatMap(({ need, titles, isRefusedInCi }) => [
    `skipped, ${need === undefined ? 'without a reason' : `since ${need} is not here`}${isRefusedInCi ? ' (CI fails by it)' : ''}:`,
    ...titles.map(title => `  ${title}`),
  ]);
