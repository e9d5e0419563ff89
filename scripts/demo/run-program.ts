import type { DeploymentId } from "@platz/domain";
import { expectThat } from "./demo-world.ts";
import type { Scene } from "./scene.ts";

const program = new URL("../../examples/fleet-report/src/main.ts", import.meta.url).pathname;

/** A program of somebody else, with the SDK and a token that may only look. */
export async function runProgram(
  { play, client, stack, mark, about }: Scene,
  id: DeploymentId,
): Promise<void> {
  await play.step(
    "a program with the SDK tells what is deployed",
    async () => {
      const { name } = await about.deployment(id);
      const { userToken, token } = await client.userTokens.create.mutate({
        name: `demo-${mark}`,
        readOnly: true,
      });
      const child = Bun.spawn([process.execPath, program], {
        env: { PATH: process.env["PATH"], PLATZ_URL: stack.api, PLATZ_USER_TOKEN: token },
        stdout: "pipe",
        stderr: "inherit",
      });
      const told = await new Response(child.stdout).text();
      expectThat((await child.exited) === 0, "the program failed");
      await client.userTokens.delete.mutate({ id: userToken.id });
      const line = told.split("\n").find((each) => each.includes(`/${name} `));
      if (line === undefined) throw new Error(`it does not tell of ${name}: ${told}`);
      return line;
    },
    (line) => line.slice(0, 100),
  );
}
