import { emptyPot, Stir, statusOf, stirPot } from "./pot.ts";
import { PotsByHost } from "./pots-by-host.ts";

const HOSTS_MAX = 1000;
const BODY_BYTES_MAX = 64 * 1024;

/** A web-standard application. */
export interface SampleApp {
  fetch(request: Request): Promise<Response>;
}

/**
 * The application that the sample charts deploy. One process stands for all their installations: it keeps a state for
 * each host that it is asked as, for the last thousand that changed.
 */
export function createSampleApp(): SampleApp {
  const pots = new PotsByHost(HOSTS_MAX);
  return {
    async fetch(request) {
      const { host, pathname } = new URL(request.url);
      switch (`${request.method} ${pathname}`) {
        case "GET /platz/status":
          return Response.json(statusOf(pots.get(host)));
        case "POST /platz/actions/stir":
          return await answerStir(request, (stir) => {
            pots.set(host, stirPot(pots.get(host), stir));
            return { message: `Stirring ${stir.direction} at speed ${stir.speed}.`, ...stir };
          });
        case "POST /platz/actions/empty": {
          const { timesStirred } = pots.get(host);
          pots.set(host, emptyPot);
          return Response.json({ message: "The pot is empty.", timesStirred });
        }
        default:
          return Response.json(
            { error: `There is nothing at ${request.method} ${pathname}.` },
            { status: 404 },
          );
      }
    },
  };
}

async function answerStir(request: Request, stir: (stir: Stir) => object): Promise<Response> {
  const body = Stir.safeParse(await bodyOf(request));
  if (body.success) return Response.json(stir(body.data));
  const issues = body.error.issues.map(({ path, message }) => [...path, message].join(" "));
  return Response.json(
    { error: `The pot cannot be stirred like that: ${issues.join("; ")}.` },
    { status: 422 },
  );
}

/** The body as JSON, or `undefined` for one that is too long or none. */
async function bodyOf(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) return undefined;
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
