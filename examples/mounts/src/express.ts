import { getRequestListener } from "@hono/node-server";
import express from "express";
import { platz, port } from "./application.ts";

const app = express();
app.get("/", (_, response) => void response.send("Coffee!"));
// Before any parser of bodies: a body can be read once.
app.all("/platz/{*rest}", getRequestListener(platz.fetch));
app.listen(port);
