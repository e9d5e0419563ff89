import {
  action,
  type Caller,
  combine,
  type Handler,
  resourceType,
  serveActions,
  serveResources,
  serveStatus,
  type Verifier,
} from "@platz/sdk";
import { type Pot, pourAway, Shade, Stir, statusOf, stirPot, withShade } from "./pot.ts";
import { PotsByDeployment } from "./pots-by-deployment.ts";

const DEPLOYMENTS_MAX = 1000;

/**
 * The application that the sample charts deploy: its status, two actions and the hooks of a resource type, for Platz
 * alone. One process stands for all installations, and tells them apart by who Platz says it asks.
 */
export function createSampleApp(verify: Verifier): Handler {
  const pots = new PotsByDeployment(DEPLOYMENTS_MAX);
  const potOf = (caller: Caller) => pots.get(nameOf(caller));
  const change = (caller: Caller, pot: Pot) => pots.set(nameOf(caller), pot);
  return combine(
    serveStatus({ verify, status: (caller) => statusOf(potOf(caller)) }),
    serveActions({
      verify,
      actions: {
        stir: action({
          body: Stir,
          run({ body, caller }) {
            change(caller, stirPot(potOf(caller), body));
            return { message: `Stirring ${body.direction} at speed ${body.speed}.`, ...body };
          },
        }),
        empty: action({
          run({ caller }) {
            const { timesStirred } = potOf(caller);
            change(caller, pourAway(potOf(caller)));
            return { message: "The pot is empty.", timesStirred };
          },
        }),
      },
    }),
    serveResources({
      verify,
      types: {
        shade: resourceType({
          props: Shade,
          create: ({ id, props }, { caller }) => change(caller, withShade(potOf(caller), id, props.hex)),
          update: ({ id, props }, { caller }) => change(caller, withShade(potOf(caller), id, props.hex)),
          delete: ({ id }, { caller }) => change(caller, withShade(potOf(caller), id, undefined)),
        }),
      },
    }),
  );
}

/** Whoever asks unsigned, in development, has a pot too. */
const nameOf = ({ deploymentId }: Caller) => deploymentId ?? "nobody";
