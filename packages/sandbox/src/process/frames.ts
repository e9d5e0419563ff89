/** Messages of JSON in a stream of bytes: the length in four bytes, then the text. */
export function frame(message: unknown): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(message));
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, 4);
  return bytes;
}

/** A message is longer than is taken. */
export class FrameTooLong extends Error {
  override readonly name = "FrameTooLong";
}

/** Puts pieces of a stream together again. */
export class FrameReader {
  readonly #bytesMax: number;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The texts of the messages that a piece completes. Throws `FrameTooLong`. */
  push(piece: Uint8Array): string[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const texts: string[] = [];
    for (let text = this.#next(); text !== undefined; text = this.#next()) texts.push(text);
    return texts;
  }

  #next(): string | undefined {
    if (this.#length < 4) return undefined;
    const wanted = this.#wanted();
    if (wanted > this.#bytesMax) throw new FrameTooLong(`a message of ${wanted} bytes`);
    if (this.#length < 4 + wanted) return undefined;
    const all = this.#joined();
    this.#pieces = [all.subarray(4 + wanted)];
    this.#length = all.length - 4 - wanted;
    return new TextDecoder().decode(all.subarray(4, 4 + wanted));
  }

  #wanted(): number {
    const [first = new Uint8Array()] = this.#pieces;
    const head = first.length >= 4 ? first : this.#joined();
    return new DataView(head.buffer, head.byteOffset).getUint32(0);
  }

  #joined(): Uint8Array {
    if (this.#pieces.length === 1 && this.#pieces[0]) return this.#pieces[0];
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [all];
    return all;
  }
}
