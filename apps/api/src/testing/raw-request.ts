import { connect } from "node:net";

/**
 * What a server says on one connection to what no HTTP client would send, until it closes the connection. `more` goes on
 * writing; whoever writes to a closed connection is not told.
 */
export async function rawRequest(
  port: number,
  text: string,
  more?: (write: (text: string) => void) => void,
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<void>();
  let answer = "";
  socket.on("data", (data) => {
    answer += String(data);
  });
  socket.on("error", () => {});
  socket.on("close", () => resolve());
  socket.write(text);
  more?.((text) => void (socket.writable && socket.write(text)));
  await promise;
  return answer;
}
