import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers by path, well or badly. */
export const answering: Answer = (request, response) => {
  const answer = answers[(request.url ?? "").split("?")[0] ?? ""];
  if (answer) answer(request, response);
  else response.writeHead(404).end();
};

const answers: Record<string, Answer> = {
  "/echo": (request, response) => {
    const pieces: Uint8Array[] = [];
    request.on("data", (piece: Uint8Array) => pieces.push(piece));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      response.setHeader("x-answer", "yes");
      response.end(JSON.stringify({ method, path, headers, body: Buffer.concat(pieces).toString() }));
    });
  },
  "/redirect": (_, response) => {
    response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end("moved");
  },
  "/never": () => undefined,
  "/stalls": (_, response) => void response.writeHead(200).write("x"),
  "/large": (_, response) => {
    const piece = Buffer.alloc(64 * 1024, "x");
    let sent = 0;
    const more = () => {
      while (sent < 160) {
        sent += 1;
        if (!response.write(piece)) return void response.once("drain", more);
      }
      response.end();
    };
    response.writeHead(200);
    more();
  },
  "/announced": (_, response) => response.writeHead(200, { "content-length": "10000000" }).write("x"),
  "/gzip": (_, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(5_000_000)));
  },
  "/broken": (request) => void request.socket.destroy(),
  "/failing": (_, response) => response.writeHead(500).end("internal"),
};
