/** Something that can be read and stored, but cannot be meant: for authors, before they push. */
export interface Finding {
  /** Where in its file: keys and indexes from the top. */
  readonly path: readonly (string | number)[];
  /** The end of a sentence that begins with the place. */
  readonly message: string;
}

/** The same findings in a document that stands at some place of a larger one. */
export function under(path: Finding["path"], findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
}

/** Finds names that stand more than once; only the first counts wherever one is looked up. */
export function repeated(
  names: readonly string[],
  { what, pathOf }: { readonly what: string; readonly pathOf: (index: number) => Finding["path"] },
): Finding[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) =>
    seen.size < seen.add(name).size
      ? []
      : [{ path: pathOf(index), message: `is the ${what} of an earlier one too: only the first counts` }],
  );
}
