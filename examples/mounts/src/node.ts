import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { platz, port } from "./application.ts";

createServer(getRequestListener(platz.fetch)).listen(port);
