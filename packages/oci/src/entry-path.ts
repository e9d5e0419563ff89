import { ChartArchiveError } from "./chart-archive-error.ts";

const PATH_LENGTH_MAX = 1_000;

/**
 * The segments of an archive entry's name, or a `ChartArchiveError` for a name that could lead anywhere else than
 * below the chart's own folder, on any system: absolute ones, drives, `..`, backslashes and control characters.
 */
export function entryPath(name: string): readonly string[] {
  const shown = JSON.stringify(name.slice(0, 200));
  const refused = (why: string) => new ChartArchiveError(`The chart has an entry named ${shown}, ${why}.`);
  if (name.length > PATH_LENGTH_MAX) throw refused(`which is longer than ${PATH_LENGTH_MAX} characters`);
  if (/^([/\\]|[A-Za-z]:)/.test(name)) throw refused("an absolute path, which is not allowed in a chart");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\\\u0000-\u001f\u007f]/.test(name)) throw refused("with characters that are not allowed in a path");
  const segments = name.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw refused('which leads out of the chart by ".."');
  return segments;
}
