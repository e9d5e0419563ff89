/** Run by a test: keeps a PostgreSQL up in the folder and on the port given, until it is killed. */
import { startPostgres } from "../parts/postgres.ts";

const [folder = "", logFolder = "", port = ""] = process.argv.slice(2);
const { url, children } = await startPostgres({ folder, logFolder, port: Number(port), password: "secret" });
console.log(JSON.stringify({ url, pid: children[0]?.pid }));
setInterval(() => {}, 1_000);
