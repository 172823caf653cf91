/**
 * A way to PostgreSQL that a test can break: everything goes through it, until it is cut, goes silent without being
 * closed, or loses a commit or the answer to it.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What becomes of the next commit that goes through. */
export type CommitFate =
  /** It arrives, and its answer does not: the connection is cut. */
  | 'answer lost'
  /** It does not arrive: the connection is cut at both ends. */
  | 'commit lost'
  /** The client's end is cut; the commit arrives when the next connection is made, and is done before that one is heard. */
  | 'commit late'
  /** The client's end is cut; the other end stays as it is, with its transaction. */
  | 'server not told';

/** A proxy before one server. */
export interface TcpProxy {
  /** The address of the database through it. */
  readonly address: string;
  /** Does that to the next commit; `happened` is fulfilled when it has come to it. */
  breakCommit(fate: CommitFate): Promise<{ readonly happened: Promise<unknown> }>;
  /** Lets nothing through, and closes nothing, until `thaw`, which cuts what was silent. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Cuts all connections. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy before the server of a database. */
export async function startProxy(database: string): Promise<TcpProxy> {
  const { hostname: host, port } = new URL(database);
  const worker = new Worker(new URL('tcp-proxy-thread.mjs', import.meta.url), {
    workerData: { host, port: Number(port) },
  });
  const [own] = (await once(worker, 'message')) as [number];
  const address = new URL(database);
  address.port = String(own);

  const heard = (what: string): Promise<void> =>
    new Promise((resolve) => {
      const listen = (message: unknown): void => {
        if (message !== what) return;
        worker.off('message', listen);
        resolve();
      };
      worker.on('message', listen);
    });
  const order = (name: string, fate?: CommitFate): Promise<void> => {
    const done = heard(name);
    worker.postMessage({ order: name, fate });
    return done;
  };

  return {
    address: address.href,
    async breakCommit(fate) {
      const happened = heard('broken');
      await order('break commit', fate);
      return { happened };
    },
    freeze: () => order('freeze'),
    thaw: () => order('thaw'),
    cut: () => order('cut'),
    async close() {
      await order('cut');
      await worker.terminate();
    },
  };
}
