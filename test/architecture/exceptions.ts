/** What may cross a border all the same, each with its reason. One that is no longer needed fails the test. */

/** A file that breaks a rule for a reason. */
export interface Exception {
  /** The rule's title. */
  readonly rule: string;
  /** The file, relative to the root. */
  readonly file: string;
  readonly reason: string;
}

/** The list. Keep it short. */
export const exceptions: readonly Exception[] = [
  {
    rule: 'files of Camunda 7 are converted without running them',
    file: 'engine/camunda7/convert.ts',
    reason:
      'It asks what a deployment asks: whether a start event needs variables, which there are none of yet.',
  },
  {
    rule: 'built-in workers use the job interface that an outside worker has',
    file: 'server/workers/agent/call-model.ts',
    reason:
      'It reads its own calls back from the journal, as an outside worker could through GET /api/audit.',
  },
  {
    rule: 'built-in workers use the job interface that an outside worker has',
    file: 'server/workers/agent/history.ts',
    reason:
      'It reads its own calls back from the journal, as an outside worker could through GET /api/audit.',
  },
  ...[
    ['engine/model/exact-json.ts', 'It is the reader and the writer.'],
    [
      'engine/journal/canonical-json.ts',
      'Canonical JSON is of doubles and texts: other numbers are in their plain form when it writes.',
    ],
    ['engine/journal/leaf.ts', 'It writes texts one by one, for every row there is.'],
    ['engine/journal/bundle/rows-check.ts', 'A bundle is in plain form, which has doubles only.'],
    ['engine/journal/bundle/contents-check.ts', 'A bundle is in plain form, which has doubles only.'],
    [
      'engine/journal/bundle/manifest.ts',
      'A manifest has whole numbers below 2^53 only, and no process data.',
    ],
    [
      'engine/camunda7/generated-form.ts',
      'It writes a form that the conversion makes, and knows no other room.',
    ],
  ].map(([file, reason]) => ({ rule: 'process data is read and written as exact JSON', file, reason })),
  ...[
    ['server/guarded.ts', 'It is the guard, which takes what they throw.'],
    ['server/jobs/alarm.ts', 'It counts down to a time that others move; what rings is guarded.'],
    ['server/runtime/waiting.ts', 'Its callback ends a wait.'],
    ['server/runtime/operate/batch-operations.ts', 'A pause: its callback fulfils a promise.'],
    [
      'server/runtime/group-commit.ts',
      'Its callback gives up a commit of which the answer was lost, by setting a mark.',
    ],
    ['server/jobs/activation.ts', 'Its callback answers a poll with nothing.'],
    ['server/reading/readers.ts', 'Its callbacks end a thread.'],
    ['server/observability/otel.ts', 'A limit: its callback fulfils a promise.'],
    ['server/http/health.ts', 'A limit: its callback fulfils a promise.'],
    [
      'server/http/api/job-stream.ts',
      'A heartbeat: it writes to a response, which tells failures by an event.',
    ],
    ['server/http/api/live.ts', 'A heartbeat: it writes to a response, which tells failures by an event.'],
    ['server/http/heavy-turns.ts', 'A rest between turns, which tell their own failures.'],
    ['server/audit/sequencer/sequencer.ts', 'Rounds plan the next one themselves, and tell their failures.'],
    ['server/audit/anchors/anchoring.ts', 'Rounds plan the next one themselves, and tell their failures.'],
    ['server/audit/refusals.ts', 'Its callback writes rows one by one and tells of each that fails.'],
    ['server/audit/proof/patrol.ts', 'Rounds plan the next one themselves, and tell their failures.'],
    ['server/cli/heap.ts', 'It asks V8 for a figure and sets a flag, before there is anybody to tell.'],
    ['server/cli/server.ts', 'Its callbacks close connections of a server that stops.'],
    ['server/cli/commands/run.ts', 'A pause: its callback fulfils a promise.'],
    ['server/cli/commands/start.ts', 'It ends the process on purpose.'],
    ['server/store/erasure/files.ts', 'A pause: its callback fulfils a promise.'],
    [
      'server/store/postgres/heartbeat.ts',
      'It runs in the thread of a connection, which is followed by another where it ends.',
    ],
    [
      'server/store/postgres/worker.ts',
      'Its callbacks destroy a socket, or make a connection whose failures it takes.',
    ],
    ['server/store/postgres/bridge.ts', 'Its callbacks post a message, or fulfil a promise.'],
    [
      'server/store/postgres/wire.ts',
      'Its callbacks destroy a socket, or make a connection whose failures it takes.',
    ],
    [
      'server/samples/worker.ts',
      'Its callbacks start or end a process of its own, which tells failures by an event.',
    ],
  ].map(([file, reason]) => ({ rule: 'timers of the server cannot end the process', file, reason })),
  ...[
    ['server/audit/bundle/open-bundle.ts', 'Reads an archive; what its listeners do settles a promise.'],
    ['server/audit/bundle/write-bundle.ts', 'Hands an error on to the stream that is read.'],
    ['server/audit/sequencer/thread.ts', 'Settles the promises of those who asked the thread.'],
    [
      'server/audit/sequencer/worker.ts',
      'A thread of its own: each question is answered or refused, and another follows it.',
    ],
    ['server/cli/commands/bench.ts', 'Settles a promise of the command line.'],
    ['server/cli/commands/start.ts', 'It ends the process on purpose.'],
    [
      'server/cli/server.ts',
      'The door itself, which catches what a request throws; the others settle a promise or tell.',
    ],
    [
      'server/http/action.ts',
      'Tells an action that its caller went away: it gives jobs back, and tells of failures itself.',
    ],
    [
      'server/http/api/job-stream.ts',
      'Hands jobs back and looks for others, which tell of failures themselves.',
    ],
    ['server/http/api/live.ts', 'Forgets a caller who went away.'],
    ['server/http/bounded-bodies.ts', 'Counts down requests that are under way.'],
    [
      'server/http/fast-lane.ts',
      'Settles the promise of a body, or tells an action that its caller went away.',
    ],
    ['server/http/request-log.ts', 'Counts an answer, under names that are known to the library of figures.'],
    ['server/http/shedding.ts', 'Counts down requests that are under way.'],
    ['server/http/upload.ts', 'Keeps bytes, and hands errors on to the request.'],
    ['server/jobs/activation.ts', 'Answers a poll with nothing.'],
    ['server/observability/otel.ts', 'Ends a span, which throws nothing.'],
    ['server/reading/readers.ts', 'Settles the promise of who asked the thread, and gives it the next file.'],
    ['server/reading/worker.ts', 'A thread of its own: who asked hears of its end, and another follows it.'],
    ['server/runtime/waiting.ts', 'Ends a wait by fulfilling its promise.'],
    ['server/samples/worker.ts', 'Writes to the log what another process says, and starts it again.'],
    ['server/store/leaf-reader.ts', 'Destroys the socket of a connection that was lost.'],
    [
      'server/store/postgres/bridge.ts',
      'Settles the promises of those who asked the thread, and starts another.',
    ],
    [
      'server/store/postgres/heartbeat.ts',
      'It runs in the thread of a connection, which is followed by another where it ends.',
    ],
    ['server/store/postgres/knex.ts', 'Forgets a connection that has ended.'],
    [
      'server/store/postgres/wire.ts',
      'Plans the next connection; what is heard goes to a listener that is guarded.',
    ],
    [
      'server/store/postgres/worker.ts',
      'It is the thread of a connection, which is followed by another where it ends.',
    ],
  ].map(([file, reason]) => ({ rule: 'listeners of the server cannot end the process', file, reason })),
  ...[
    ['server/audit/anchors/anchoring.ts', 'A round tells of its failure and plans the next.'],
    ['server/audit/refusals.ts', 'What cannot be written is told, or counted on.'],
    ['server/audit/sequencer/worker.ts', 'An end takes its failures.'],
    ['server/http/api/job-stream.ts', 'Giving jobs back tells of its failures.'],
    ['server/http/upload.ts', 'It is the library of uploads, which hands errors to its callback.'],
    ['server/http/v2/jobs.ts', 'Giving jobs back tells of its failures.'],
    ['server/jobs/activation.ts', 'Giving jobs back tells of its failures.'],
    ['server/reading/readers.ts', 'The end of a thread does not fail.'],
    ['server/runtime/peers.ts', 'Sending tells of its failures.'],
    ['server/store/postgres/wire.ts', 'Connecting takes its failures, and plans the next attempt.'],
  ].map(([file, reason]) => ({ rule: 'promises that nobody awaits cannot end the process', file, reason })),
];
