/** Run by a test: obtains the tiny tool the ordinary way in the cache folder given, or prints why not. */
import { ensureTool } from "../ensure-tool.ts";
import { tinyTool } from "./tiny-tool.ts";

const [folder = ""] = process.argv.slice(2);
try {
  console.log(await ensureTool(await tinyTool(folder), () => {}, { cache: folder }));
} catch (error) {
  console.log(error instanceof Error ? `${error.name}: ${error.message}` : error);
}
