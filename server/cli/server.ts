/**
 * A whole server in this process: the runtime on its database, the HTTP door, the samples and the
 * built-in workers. The command line and the tests start the same one.
 */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { addDemoAccounts, createAccess } from '../access/access.js';
import { startObjectStore } from '../audit/anchors/object-store.js';
import { openTimeStampAuthority, startTimeStamps } from '../audit/anchors/time-stamps.js';
import { BUNDLE_PATIENCE, startWitness } from '../audit/anchors/witness.js';
import { createRefusalRecords } from '../audit/refusals.js';
import { findErasures } from '../store/erasure/records.js';
import { createRunExport } from '../audit/schedules/run-export.js';
import { startExportSchedules } from '../audit/schedules/schedules.js';
import { inspectTrail, openAuditTrail } from '../audit/trail.js';
import type { AuditTrail } from '../audit/trail.js';
import { writeBuiltInRoles } from '../access/directory/built-in-roles.js';
import { createIdentity } from '../access/identity.js';
import { createApp } from '../http/app.js';
import { inOrder } from '../closing.js';
import { later } from '../guarded.js';
import { routeTaken } from '../http/request-log.js';
import { createOutages } from '../observability/outages.js';
import { createObservation } from '../observability/observation.js';
import { tracedActivation } from '../observability/traced-work.js';
import { openTracing } from '../observability/tracing.js';
import { openRuntime } from '../runtime/index.js';
import type { Clock } from '../runtime/clock.js';
import type { Runtime } from '../runtime/runtime.js';
import { addSampleDrafts, deploySamples, readSamples } from '../samples/samples.js';
import { startSampleWorker } from '../samples/worker.js';
import { findFolders } from '../settings/folders.js';
import type { Settings } from '../settings/settings.js';
import { inTurn } from '../store/in-turn.js';
import { serverEvent } from '../store/journal-events.js';
import { startWorkers } from '../workers/index.js';

/** Milliseconds that open connections have to end by themselves. */
const GRACE = 3000;

/** Milliseconds that a server which stops waits for a database that is away. */
const DATABASE_PATIENCE = 5_000;

/** A server that listens. */
export interface RunningServer {
  /** Its address, such as `http://localhost:8080`. */
  readonly url: string;
  readonly runtime: Runtime;
  /** Stops taking work, finishes what is in hand, and closes the database. */
  close(): Promise<void>;
}

/** What a start may be given besides its settings. */
export interface StartOptions {
  /** A clock to follow instead of the system's. */
  readonly clock?: Clock;
}

/** Starts a server. Throws where the database cannot be opened or the port is taken. */
export async function startServer(
  settings: Settings,
  log: Logger,
  options: StartOptions = {},
): Promise<RunningServer> {
  const folders = findFolders();
  const outages = createOutages(log);
  const onError = (error: unknown, what: string): void => {
    if (!outages.takes(error, what)) log.error({ err: error }, what);
  };
  const authority = settings.auditTimeStamps && (await openTimeStampAuthority(settings.auditTimeStamps));
  const tracing = await openTracing(process.env, folders.version);
  const observation = createObservation(tracing);
  const opened = await openRuntime({
    database: settings.database,
    clock: options.clock,
    observer: observation,
    jobRates: settings.jobRates,
    variableLimit: settings.variableLimit,
    inspect: (store) => inspectTrail(store, settings.auditCheckpointFile),
    onError,
  });
  outages.watch(opened.store.isReachable);
  const runtime = tracing ? { ...opened, activateJobs: tracedActivation(opened, tracing) } : opened;
  let openedTrail: AuditTrail | undefined;
  try {
    const samples = settings.samples === 'all' ? await readSamples(folders.processes) : [];
    await inTurn(runtime.store.knex, async () => {
      await writeBuiltInRoles(runtime);
      const added =
        settings.authentication === 'demo' ? await addDemoAccounts(runtime.store, Date.now()) : [];
      for (const { username, groups, roles } of added)
        await runtime.record(serverEvent('account created', { username, groups, roles }), 'system');
      await deploySamples(runtime, samples);
      await addSampleDrafts(runtime, samples);
    });

    const trail = await openAuditTrail(
      runtime,
      {
        database: settings.database,
        keyFile: settings.auditKeyFile,
        checkpointFile: settings.auditCheckpointFile,
      },
      { onError },
    );
    openedTrail = trail;
    const witness = settings.auditWitness && startWitness(runtime, settings.auditWitness, onError);
    if (witness) trail.anchorWith((checkpoint) => witness.takeNow(checkpoint, BUNDLE_PATIENCE));
    const anchors = [
      witness,
      settings.auditObjectStore && startObjectStore(runtime, settings.auditObjectStore, onError),
      authority && startTimeStamps(runtime, authority, onError),
    ].filter((anchor) => anchor !== null);
    for (const { add } of anchors) trail.onCheckpoint(add);
    const runExport = createRunExport(runtime, trail, settings.exportFolder);
    const schedules = startExportSchedules({ runtime, runExport, onError });
    const refusals = createRefusalRecords(runtime.record, Date.now, onError);
    runtime.onErasure(refusals.forget);
    for (const { key, at, state } of await findErasures(runtime.store.knex)) {
      if (state === 'complete') continue;
      log.warn(
        { erasureKey: key, at },
        'An erasure was stopped in the middle. Ask for the same again: it goes on.',
      );
    }
    const http = createServer();
    const port = (): number => (http.address() as AddressInfo).port;
    const identity = createIdentity(runtime.store);
    runtime.onAccessChange(identity.forget);
    const access = createAccess(runtime.store, Date.now, identity);
    const app = createApp({
      runtime,
      access,
      settings,
      samples,
      version: folders.version,
      webApp: folders.webApp,
      log,
      observation,
      trail,
      schedules,
      refusals,
      port,
    });
    http.on('request', tracing ? tracing.requests(app.listener, routeTaken) : app.listener);
    // Longer than clients keep idle connections, so that none is closed under a request on its way.
    http.keepAliveTimeout = 65_000;
    await listen(http, settings);
    // Such as too many open files: those who come later can be served again.
    http.on('error', (error) => onError(error, 'taking connections'));
    const url = `http://localhost:${String(port())}`;
    observation.open(
      { runtime, trail, outages, databaseFile: settings.database, version: folders.version },
      onError,
    );
    const workers = startWorkers({ runtime, settings, environment: process.env, tracing, onError });
    const stopSampleWorker = samples.length > 0 ? startSampleWorker(folders.processes, url, log) : undefined;
    return {
      url,
      runtime,
      async close() {
        // What waits for a database that is away would never come to its end.
        const callOff = later(DATABASE_PATIENCE, 'giving the database up', runtime.store.giveUp, onError);
        const sampleWorkerGone = stopSampleWorker?.();
        const figuresSent = tracing?.sendLast();
        let closing: ReturnType<typeof closeHttp> | undefined;
        await inOrder(
          workers.stop,
          () => figuresSent,
          () => {
            closing = closeHttp(http, app.close);
          },
          schedules.close,
          refusals.close,
          trail.close,
          () => Promise.all(anchors.map((anchor) => anchor.close())),
          runtime.shutdown,
          () => closing?.within(GRACE),
          () => sampleWorkerGone,
          () => tracing?.close(),
        ).finally(() => {
          callOff();
          outages.stop();
        });
      },
    };
  } catch (error) {
    outages.stop();
    await openedTrail?.close();
    await runtime.shutdown();
    throw error;
  }
}

/** Connections that wait to be taken; the system may allow fewer. */
const BACKLOG = 4_096;

function listen(http: Server, { port, host }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    // Where very many connect at once, those that find no room would wait for seconds until they try again.
    http.listen({ port, host, backlog: BACKLOG }, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

/**
 * Takes no more connections and ends streams; connections fall idle one by one, as their last answers go out.
 * `within` waits for the last of them, and cuts what is still open after so many milliseconds: it is for when
 * everything that can answer has done so.
 */
function closeHttp(http: Server, endStreams: () => void): { within(milliseconds: number): Promise<void> } {
  const closed = new Promise((resolve) => http.close(resolve));
  endStreams();
  const sweep = setInterval(() => {
    http.closeIdleConnections();
  }, 50);
  return {
    async within(milliseconds) {
      const lastResort = setTimeout(() => {
        http.closeAllConnections();
      }, milliseconds);
      await closed;
      clearInterval(sweep);
      clearTimeout(lastResort);
    },
  };
}
