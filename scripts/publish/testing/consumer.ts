/**
 * A program of somebody else, with both packages as npm installs them: run by every runtime, checked by the compiler at
 * its strictest. Prints what it saw as one line of JSON.
 */
import { type ParsedChart, parseChart, renderValues, valuesUiOf } from "@platz/chart-ext";
import {
  action,
  type Change,
  combine,
  connect,
  createVerifier,
  type Deployment,
  type Handler,
  PlatzError,
  resourceType,
  type Secret,
  serveActions,
  serveResources,
  serveStatus,
} from "@platz/sdk";
import { z } from "zod";

/** The little of every runtime that this needs, whose types are not asked for. */
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

interface Facts {
  readonly platzUrl: string;
  readonly token: string;
  readonly audience: string;
  readonly deploymentId: string;
  readonly toStir: string;
  readonly toAskStatus: string;
  readonly envId: string;
}

/** An application that Platz asks. */
function application({ platzUrl, audience, deploymentId }: Facts): Handler {
  const verify = createVerifier({ platzUrl, audience, deploymentId });
  return combine(
    serveStatus({
      verify,
      status: () => ({
        status: { name: "Idle", color: "primary" },
        primaryMetric: { value: 0, unit: "rpm", shortDescription: "speed" },
      }),
    }),
    serveActions({
      verify,
      actions: {
        stir: action({
          body: z.object({ speed: z.number() }),
          run: ({ body, caller }) => ({ twice: body.speed * 2, for: caller.deploymentId }),
        }),
      },
    }),
    serveResources({
      verify,
      types: {
        shade: resourceType({
          props: z.object({ hex: z.string() }),
          create: ({ props }) => void props.hex.toUpperCase(),
        }),
      },
    }),
  );
}

async function ask(handler: Handler, { audience, toStir, toAskStatus }: Facts) {
  const stir = (headers: Record<string, string>) =>
    handler.fetch(
      new Request(`${audience}/platz/actions/stir`, { method: "POST", body: '{"speed":2}', headers }),
    );
  const stirred = await stir({ authorization: toStir });
  return {
    unsigned: (await stir({})).status,
    stirred: (await stirred.json()) as unknown,
    status: (await (
      await handler.fetch(
        new Request(`${audience}/platz/status`, { headers: { authorization: toAskStatus } }),
      )
    ).json()) as unknown,
  };
}

async function callPlatz({ platzUrl, token, envId }: Facts) {
  const platz = await connect({ credentials: async () => ({ url: platzUrl, token, expiresAt: null }) });
  const made: Secret[] = [];
  const heard: Extract<Change, { type: "change" }>["id"][] = [];
  for await (const change of platz.events.changes({ tables: ["secrets"] })) {
    if (change.type === "change" && change.operation === "INSERT") heard.push(change.id);
    if (heard.length === 2) break;
    const name = `s${made.length}`;
    made.push(await platz.secrets.create({ envId, collection: "consumer", name, contents: "x" }));
  }
  const names: string[] = [];
  for await (const { name } of platz.secrets.all({ collection: "consumer", page: { perPage: 1 } }))
    names.push(name);
  for (const { id } of made) await platz.secrets.delete(id);
  const refused = await platz.deployments.get(envId).then(
    (deployment: Deployment) => deployment.name,
    (error: unknown) => (error instanceof PlatzError ? error.kind : String(error)),
  );
  const me = await platz.me.get();
  return { heardAll: made.every(({ id }) => heard.includes(id)), names, refused, me: me.kind };
}

async function renderChart() {
  const form = [
    "apiVersion: platz.io/v1beta1",
    "kind: ValuesUi",
    "inputs: [{ id: size, type: number, label: Size }]",
    "outputs: { values: [{ path: [app, size], value: { FieldValue: { input: size } } }] }",
  ].join("\n");
  const chart: ParsedChart = parseChart(
    new Map([
      ["Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0"],
      ["platz/values-ui.yaml", form],
    ]),
  );
  const ui = valuesUiOf(chart.valuesUi);
  const rendered = ui && (await renderValues(ui, { size: 3 }, () => null));
  return { issues: chart.issues, values: rendered?.values };
}

const facts: Facts = JSON.parse(process.env["FACTS"] ?? "{}");
const seen = {
  ...(await ask(application(facts), facts)),
  ...(await callPlatz(facts)),
  ...(await renderChart()),
};
console.log(JSON.stringify(seen));
