import { createTwoFilesPatch } from "diff";

const CONTEXT_LINES = 3;
const LINES_MAX = 20_000;
/** To find a diff takes time as the square of the lines that differ. */
const EDITS_MAX = 500;
const ALL_EDITS_MAX = 10_000;
const TIMEOUT_MS = 1_000;

/** How many lines that differ may still be looked for, in all texts together. */
export class EditRoom {
  left = ALL_EDITS_MAX;
}

/** The lines in which one text differs from another; nothing when they are too many. */
export function lineDiff(from: string, to: string, room: EditRoom): string | undefined {
  if (from === "") return oneSided(to, "+");
  if (to === "") return oneSided(from, "-");
  const isLong = [from, to].some((text) => text.split("\n", LINES_MAX + 1).length > LINES_MAX);
  const maxEditLength = Math.min(EDITS_MAX, room.left);
  if (isLong || maxEditLength <= 0) return undefined;
  const options = { context: CONTEXT_LINES, maxEditLength, timeout: TIMEOUT_MS };
  // Its types say that it always gives one.
  const patch: string | undefined = createTwoFilesPatch("live", "next", from, to, "", "", options);
  const lines = patch?.split("\n");
  room.left -= lines?.filter((line) => /^[-+]/.test(line)).length ?? maxEditLength;
  // Its first lines name files, of which there are none.
  return lines?.slice(3).join("\n");
}

/** All of a text, which is there on one side alone. */
function oneSided(text: string, sign: "+" | "-"): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const [before, after] = sign === "+" ? ["-0,0", `+1,${lines.length}`] : [`-1,${lines.length}`, "+0,0"];
  return [`@@ ${before} ${after} @@`, ...lines.map((line) => `${sign}${line}`), ""].join("\n");
}
