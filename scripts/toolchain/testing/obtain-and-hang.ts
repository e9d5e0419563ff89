/** Run by a test: begins to obtain the tiny tool in the cache folder given, says so, and never ends. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureTool } from "../ensure-tool.ts";
import { tinyTool } from "./tiny-tool.ts";

const [folder = ""] = process.argv.slice(2);
await ensureTool(await tinyTool(folder), () => {}, {
  cache: folder,
  lockStaleMs: 2_000,
  sources: [
    {
      name: "half",
      async obtain({ workFolder }) {
        await writeFile(join(workFolder, "tiny"), "half of a binary");
        console.log("half");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      },
    },
  ],
});
