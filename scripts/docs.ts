/** `npm run docs`: writes the pages of the documentation that come from the code. */
import { pages } from "./docs/pages.ts";

for (const [path, make] of Object.entries(pages)) {
  await Bun.write(new URL(`../${path}`, import.meta.url), make());
  console.log(path);
}
