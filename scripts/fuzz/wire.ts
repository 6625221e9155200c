import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An HTTP answer as it came. */
export type Answer = { status: number; headers: [name: string, value: string][]; body: Buffer };

/** Why there is no answer. */
export class NoAnswer extends Error {}

const answersWithinMs = 30_000;

/**
 * A connection on which one request after another is sent as the very octets that it should be: no client library would
 * send what the fuzzer wants to. It is opened anew when the other side has closed it.
 */
export class Line {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** The final answer to a request; `isHead` when its answer has no body whatever its headers say. */
  async ask(request: Buffer, isHead: boolean): Promise<Answer> {
    const used = this.#socket;
    try {
      return await this.#exchange(request, isHead);
    } catch (error) {
      // A connection that was idle may have been closed just then; a new one tells whether it was that.
      if (!used || !(error instanceof NoAnswer) || error.message !== 'closed') throw error;
      return this.#exchange(request, isHead);
    }
  }

  async #exchange(request: Buffer, isHead: boolean): Promise<Answer> {
    const socket = this.#socket ?? (await openSocket(this.#port));
    this.#socket = undefined;
    const [answer, ...more] = await converse(socket, request, { answers: 1, isHead });
    if (!answer || more.length > 0) throw new NoAnswer('closed');
    const closes = headerOf(answer, 'connection')?.toLowerCase() === 'close';
    if (closes || socket.destroyed) socket.destroy();
    else this.#socket = socket;
    return answer;
  }

  close(): void {
    this.#socket?.destroy();
  }
}

/** What comes back on a new connection, as many answers as come before it is closed or nothing more comes. */
export async function askAlone(
  port: number,
  octets: Buffer,
  expected: number,
  ends: boolean,
): Promise<Answer[]> {
  const socket = await openSocket(port);
  try {
    return await converse(socket, octets, { answers: expected, isHead: false, ends });
  } catch (error) {
    if (error instanceof NoAnswer) return [];
    throw error;
  } finally {
    socket.destroy();
  }
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  // Whoever reads sees the end; the reason does not matter.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

type Expected = { answers: number; isHead: boolean; ends?: boolean };

function converse(
  socket: Socket,
  octets: Buffer,
  { answers, isHead, ends = false }: Expected,
): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const done: Answer[] = [];
    const finish = (error?: NoAnswer): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
      if (error && done.length === 0) reject(error);
      else resolve(done);
    };
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      take(false);
    };
    const take = (closed: boolean): void => {
      for (;;) {
        const read = readAnswer(received, { isHead, closed });
        if (!read) return;
        received = received.subarray(read.length);
        if (read.answer.status >= 200) done.push(read.answer);
        if (done.length === answers) return finish();
      }
    };
    const onClose = (): void => {
      take(true);
      finish(new NoAnswer('closed'));
    };
    const timer = setTimeout(() => {
      socket.destroy();
      finish(new NoAnswer(`no answer within ${answersWithinMs / 1000} s`));
    }, answersWithinMs);
    socket.on('data', onData).on('close', onClose);
    socket.write(octets);
    if (ends) socket.end();
  });
}

/** The first answer in what was received and how many octets it has; undefined while it is not whole. */
function readAnswer(
  received: Buffer,
  { isHead, closed }: { isHead: boolean; closed: boolean },
): { answer: Answer; length: number } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  if (Number.isNaN(status)) throw new Error(`no HTTP: ${first}`);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const answer: Answer = { status, headers, body: Buffer.alloc(0) };
  const start = end + 4;
  if (isHead || status < 200 || status === 204 || status === 304) return { answer, length: start };
  if (headerOf(answer, 'transfer-encoding') === 'chunked') return readChunks(answer, received, start);
  const said = headerOf(answer, 'content-length');
  // To a client of HTTP/1.0, the end of the body is that of the connection.
  if (said === undefined && !closed) return undefined;
  const length = said === undefined ? received.length - start : Number(said);
  if (received.length < start + length) return undefined;
  answer.body = received.subarray(start, start + length);
  return { answer, length: start + length };
}

function readChunks(
  answer: Answer,
  received: Buffer,
  from: number,
): { answer: Answer; length: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = from; ;) {
    const line = received.indexOf('\r\n', at);
    if (line === -1) return undefined;
    const size = Number.parseInt(received.subarray(at, line).toString('latin1'), 16);
    const next = line + 2 + size + 2;
    if (received.length < next) return undefined;
    parts.push(received.subarray(line + 2, line + 2 + size));
    at = next;
    if (size === 0) return { answer: { ...answer, body: Buffer.concat(parts) }, length: at };
  }
}

/** The value of a header, by its name in small letters. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}
