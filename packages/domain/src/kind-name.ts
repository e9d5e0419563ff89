/**
 * The deployment kind that charts of a repository make (workers spec 5.4): the words between dashes, a last `chart`
 * or `charts` left out, each with a capital first letter. Of a nested repository the last path segment counts, and
 * what is no letter or digit separates words, so that a kind always gives a valid namespace name.
 */
export function kindNameOfRepository(repository: string): string {
  const segment = repository.split("/").at(-1) ?? "";
  const words = segment.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const last = words.at(-1)?.toLowerCase();
  const named = words.length > 1 && (last === "chart" || last === "charts") ? words.slice(0, -1) : words;
  return named.map(titleCase).join("");
}

function titleCase(word: string): string {
  const inner = word === word.toUpperCase() ? word.toLowerCase() : word;
  return inner.charAt(0).toUpperCase() + inner.slice(1);
}
