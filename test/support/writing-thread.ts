/** A thread that inserts the rows it is sent, a commit for each message, and answers once they are on disk. */
import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../../server/store/store.js';
import { createBatchInsert, type TableRows } from './bare-rows.js';

const store = await openStore((workerData as { database: string }).database);
const insert = createBatchInsert(store);

parentPort?.on('message', (tables: readonly TableRows[]) => {
  insert(tables);
  parentPort?.postMessage(null);
});
parentPort?.postMessage(null);
