import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentId } from "@platz/domain";
import { loadKubeconfig } from "@platz/kubernetes";
import { z } from "zod";
import { openApiServer } from "../testing/node-agent/api-server.ts";
import { type DemoStack, expectThat } from "./demo-world.ts";
import type { Scene } from "./scene.ts";

const program = new URL("../../examples/fleet-report/src/main.ts", import.meta.url).pathname;

/** A program with the SDK, as a pod of the deployment runs it: with the Secret that Platz keeps in its namespace. */
export async function runProgram({ play, stack, about }: Scene, id: DeploymentId): Promise<void> {
  await play.step(
    "a program of the deployment asks Platz, with its platz-creds",
    async () => {
      const { name, namespace } = await about.deployment(id);
      await using folder = await mountedSecret(stack, namespace);
      const told = await outputOf(program, { PLATZ_CREDS_FOLDER: folder.path });
      const line = told.split("\n").find((each) => each.includes(`/${name} `));
      if (line === undefined) throw new Error(`it does not tell of ${name}: ${told}`);
      return line;
    },
    (line) => line.slice(0, 100),
  );
}

async function outputOf(main: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const child = Bun.spawn([process.execPath, main], {
    env: { PATH: process.env["PATH"], ...settings },
    stdout: "pipe",
    stderr: "inherit",
  });
  const said = await new Response(child.stdout).text();
  expectThat((await child.exited) === 0, "the program failed");
  return said;
}

const Secret = z.object({ data: z.record(z.string(), z.base64()) });

/** What the kubelet does for a pod that mounts `platz-creds`; pods of the local stack run nothing. */
async function mountedSecret(stack: DemoStack, namespace: string) {
  const api = openApiServer(await loadKubeconfig(stack.kubeconfig, stack.context));
  const secret = await api.ask("GET", `/api/v1/namespaces/${namespace}/secrets/platz-creds`);
  const { data } = Secret.parse(secret);
  const path = await mkdtemp(join(tmpdir(), "platz-creds-"));
  for (const [file, base64] of Object.entries(data)) {
    await writeFile(join(path, file), Buffer.from(base64, "base64"), { mode: 0o600 });
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
